typedef int stub_mail_message_stub_c;
