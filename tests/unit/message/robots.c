/*
 * robots.c -- machines that do not say so in a header, and people who look
 * like machines.
 */
#include "sample.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

static struct mail *
with_subject(struct arena *a, const char *head, const char *subject)
{
	return sample(a,
	    arena_fmt(a,
		"From: Ann Lee <ann@example.org>\nTo: s@shop.example\n"
		"%sSubject: %s\nContent-Type: text/plain; charset=utf-8\n\n"
		"I am away until Monday.\n",
		head, subject));
}

static const char *const away[] = {
	"Automatic reply: Your order",
	"Auto-Reply: Your order",
	"[Auto-Reply] Your order",
	"Out of Office: Your order",
	"Out of office",
	"Automatische Antwort: Ihre Bestellung",
	"Abwesenheitsnotiz: Ihre Bestellung",
	"Réponse automatique : Votre commande",
	"Respuesta automática: Su pedido",
	"Risposta automatica: Il suo ordine",
	"Resposta automática: O seu pedido",
	"Automatisch antwoord: Uw bestelling",
	"Autosvar: Din beställning",
	"Automatiskt svar: Din beställning",
	"Automatisk svar: Din ordre",
	"Automaattinen vastaus: Tilauksesi",
	"Odpowiedź automatyczna: Zamówienie",
	"Automatická odpověď: Objednávka",
	"Automatická odpoveď: Objednávka",
	"Automatikus válasz: Rendelés",
	"Răspuns automat: Comanda",
	"Automatski odgovor: Narudžba",
	"Samodejni odgovor: Naročilo",
	"Автоматичен отговор: Поръчка",
	"Автоматический ответ: Заказ",
	"Автоответ: Заказ",
	"Автоматична відповідь: Замовлення",
	"Otomatik yanıt: Siparişiniz",
	"Αυτόματη απάντηση: Παραγγελία",
	"מענה אוטומטי: הזמנה",
	"رد تلقائي: طلبك",
	"Automaatvastus: Tellimus",
	"Automatinis atsakymas: Užsakymas",
	"ตอบกลับอัตโนมัติ: x",
	"Trả lời tự động: x",
	"Balasan otomatis: x",
	"自動応答: x",
	"自动答复: x",
	"自動回覆：x",
	"자동 회신: x",
};

static void
an_answering_machine_is_known_by_its_subject(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(away); i++) {
		struct arena a = { 0 };
		struct mail *m = with_subject(&a, "", away[i]);

		assert_true(m->automatic);
		assert_memory_equal(m->automatic_why, "Subject: ", 9);
		assert_null(m->bounce);
		arena_free(&a);
	}
}

/* Without a colon behind it, it has to answer something. */
static void
a_longer_subject_needs_an_answered_mail(void **state)
{
	struct arena a = { 0 };
	static const char subject[] = "Out of office until 3 January";

	(void)state;
	assert_false(with_subject(&a, "", subject)->automatic);
	assert_true(
	    with_subject(&a, "In-Reply-To: <m1@shop.example>\n", subject)
		->automatic);
	arena_free(&a);
}

static const char *const people[] = {
	"Re: Automatic reply: Your order",
	"AW: Abwesenheitsnotiz: Ihre Bestellung",
	"SV: Autosvar: x",
	"Fwd: Out of office",
	"Automatic reply missing",
	"Out of office chairs?",
	"Abwesenheitsnotiz einrichten - wie?",
	"Auto: Ersatzteil",
};

static void
a_person_may_write_about_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(people); i++) {
		struct arena a = { 0 };

		assert_false(with_subject(&a, "", people[i])->automatic);
		arena_free(&a);
	}
}

static struct mail *
from_to(struct arena *a, const char *from, const char *to, const char *more)
{
	return sample(a,
	    arena_fmt(a, "From: %s\nTo: %s\n%sSubject: x\n\nHello\n", from, to,
		more));
}

static void
a_sender_that_takes_no_answer_is_a_robot(void **state)
{
	struct arena a = { 0 };
	struct mail *m = from_to(&a, "Parcels <no-reply@parcel.example>",
	    "s@shop.example", "");

	(void)state;
	assert_true(m->automatic);
	assert_string_equal(m->automatic_why, "From: no-reply@parcel.example");
	/* The form on the shop's own site, and one that says who wrote. */
	assert_false(from_to(&a, "noreply@shop.example", "s@shop.example", "")
			 ->automatic);
	assert_false(from_to(&a, "noreply@forms.example", "s@shop.example",
	    "Reply-To: ann@example.org\n")
			 ->automatic);
	assert_false(from_to(&a, "norepeat@example.org", "s@shop.example", "")
			 ->automatic);
	arena_free(&a);
}

static const char *const reports[] = {
	("From: MAILER-DAEMON@mx.example\nSubject: failure notice\n\n"
	 "<ann@example.org>: user unknown\n"),
	("From: <>\nSubject: \n\n"
	 "You sent mail to ann@example.org. That's not a valid user here.\n"),
	("From: MMS Center <sys@mms.example>\nReturn-Path: <>\n"
	 "Subject: Undeliverable Message\n\nMessage could not be delivered.\n\n"
	 "Original Message:\nFrom: s@shop.example\nTo: ann@example.org\n"
	 "Subject: x\n"),
};

static void
a_delivery_report_is_automatic(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(reports); i++) {
		struct arena a = { 0 };
		struct mail *m = sample(&a, reports[i]);

		assert_non_null(m->bounce);
		assert_string_equal(m->bounce->recipient, "ann@example.org");
		assert_true(m->automatic);
		assert_string_not_equal(m->automatic_why, "");
		arena_free(&a);
	}
}

/* At some sites only the local part is given. */
static void
a_name_alone_is_at_the_site_of_the_daemon(void **state)
{
	struct arena a = { 0 };
	struct mail *m = sample(&a,
	    "From: MAILER-DAEMON@example.org\nTo: <s@shop.example>\n"
	    "Subject: Mail Delivery Problem\n\n"
	    "Sorry s@shop.example. Your mail to the following recipients could "
	    "not be delivered:\n\tannlee\n");

	(void)state;
	assert_non_null(m->bounce);
	assert_string_equal(m->bounce->recipient, "annlee@example.org");
	arena_free(&a);
}

/* Robots without a return path are no daemons. */
static const char *const no_reports[] = {
	("Return-Path: <>\nFrom: Parcels <noreply@parcel.example>\n"
	 "Subject: Delivery failed\nAuto-Submitted: auto-generated\n\n"
	 "Delivery failed: nobody at home. Questions: help@parcel.example\n"),
	("Return-Path: <>\nFrom: Parcels <noreply@parcel.example>\n"
	 "Subject: Your parcel could not be delivered\n\n"
	 "Your parcel 5.1.1 could not be delivered to ann@example.org.\n"),
	("Return-Path: <>\nFrom: ann@example.org\nX-Autoreply: yes\n"
	 "Subject: Out of office\n\nMy mailbox is full, user unknown to work. "
	 "Urgent: boss@example.org\n"),
	/* A guest list asks for an answer. */
	("From: noreply@guests.example\nReply-To: ann@example.org\n"
	 "Subject: Re: Your order\nContent-Type: multipart/report;\n"
	 " report-type=delivery-status; boundary=b\n\n--b\n\n"
	 "Please add yourself to my list.\n"
	 "--b\nContent-Type: message/delivery-status\n\n"
	 "Reporting-MTA: dns; guests.example\n\nAction: failed\n"
	 "Final-Recipient: rfc822; ann@example.org\nStatus: 4.7.0\n--b--\n"),
};

static void
a_robot_is_no_delivery_report(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(no_reports); i++) {
		struct arena a = { 0 };
		struct mail *m = sample(&a, no_reports[i]);

		assert_null(m->bounce);
		assert_true(m->automatic);
		arena_free(&a);
	}
}

/* The same instant as the clients of many languages write it. */
static const char *const dates[] = {
	"2026年11月5日 15:00",
	"2026. 11. 5. 오후 3:00",
	"2026-11-05 下午3:00",
	"5. marrask. 2026 15:00",
	"٥ نوفمبر ٢٠٢٦ ٣:٠٠ م",
	"5 พ.ย. 2569 15:00",
	"วันพฤหัสบดีที่ 5 พฤศจิกายน 2026 15:00",
	"Πεμ 5 Νοε 2026 στις 3:00 μ.μ.",
	"чт, 5 лист. 2026 р. о 15:00",
	"чет, 5. нов 2026. 15:00",
	"5 thg 11, 2026 15:00",
	"5. nóv. 2026 kl. 15:00",
	"יום חמישי 5 בנובמבר 2026 15:00",
	"Thursday, November 5, 2026 3:00 PM",
};

static void
the_date_of_a_forward_is_read_in_many_languages(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(dates); i++) {
		struct arena a = { 0 };
		struct mail *m = sample(&a,
		    arena_fmt(&a,
			"From: s@shop.example\nSubject: Fwd: x\n"
			"Content-Type: text/plain; charset=utf-8\n\n"
			"---------- Forwarded message ---------\n"
			"From: Ann <ann@example.org>\nDate: %s\nSubject: x\n"
			"To: s@shop.example\n\nHello\n",
			dates[i]));

		assert_non_null(m->forwarded);
		assert_int_equal(m->forwarded->date, 1793890800);
		arena_free(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answering_machine_is_known_by_its_subject),
		cmocka_unit_test(a_longer_subject_needs_an_answered_mail),
		cmocka_unit_test(a_person_may_write_about_it),
		cmocka_unit_test(a_sender_that_takes_no_answer_is_a_robot),
		cmocka_unit_test(a_delivery_report_is_automatic),
		cmocka_unit_test(a_name_alone_is_at_the_site_of_the_daemon),
		cmocka_unit_test(a_robot_is_no_delivery_report),
		cmocka_unit_test(
		    the_date_of_a_forward_is_read_in_many_languages),
	};

	read_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
