typedef int stub_mail_stub_c;
