typedef int stub_ui_stub_c;
