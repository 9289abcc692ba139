typedef int stub_store_stub_c;
