typedef int stub_ui_cmd_stub_c;
