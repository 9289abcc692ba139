#include "mail/roles.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mutf7.h"
#include "base/text.h"

/*
 * As Outlook, Thunderbird, Apple Mail, webmail programs and providers name
 * them, in English and then by language.  Each stands between bars; where a
 * server has two of a row, the earlier counts.
 */
static const struct {
	enum mailbox_role role;
	const char *names;
} known[] = {
	{ ROLE_SENT,
	    "|Sent|Sent Items|Sent Messages|Sent Mail|Sent-Mail|Sent Mails"
	    "|Gesendet|Gesendete Objekte|Gesendete Elemente"
	    "|Gesendete Nachrichten|Gesendete E-Mails"
	    "|Envoyés|Éléments envoyés|Messages envoyés|Courrier envoyé"
	    "|Objets envoyés|Enviados|Elementos enviados|Mensajes enviados"
	    "|Correo enviado|Enviats|Elements enviats|Missatges enviats"
	    "|Bidalitakoak|Bidalitako elementuak|Itens enviados"
	    "|Mensagens enviadas|E-mails enviados|Enviadas"
	    "|Posta inviata|Inviata|Inviati|Elementi inviati|Messaggi inviati"
	    "|Verzonden|Verzonden items|Verzonden berichten"
	    "|Skickat|Skickade|Skickade objekt|Skickade meddelanden"
	    "|Sendt|Sendt post|Sendte|Sendte elementer|Sendte beskeder"
	    "|Lähetetyt|Lähetetyt viestit|Lähetetyt kohteet"
	    "|Sendur póstur|Sendir hlutir"
	    "|Saadetud|Saadetud kirjad|Saadetud üksused"
	    "|Nosūtītie|Nosūtītās|Nosūtītās vēstules|Nosūtītie vienumi"
	    "|Išsiųsta|Išsiųsti|Išsiųstieji|Išsiųsti laiškai|Išsiųsti elementai"
	    "|Wysłane|Elementy wysłane|Wysłana poczta|Wysłane wiadomości"
	    "|Odeslané|Odeslaná pošta|Odeslané položky|Odeslané zprávy"
	    "|Odoslané|Odoslaná pošta|Odoslané položky|Odoslané správy"
	    "|Elküldött|Elküldött elemek|Elküldött üzenetek|Elküldött levelek"
	    "|Trimise|Elemente trimise|Mesaje trimise"
	    "|Изпратени|Изпратени съобщения|Изпратени елементи|Изпратена поща"
	    "|Отправленные|Отправленные письма|Отправленные сообщения"
	    "|Отправленные элементы|Надіслані|Надіслані листи"
	    "|Надіслані елементи|Відправлені|Надіслана пошта|Адпраўленыя"
	    "|Послато|Послате|Послате ставке|Poslato|Poslate stavke"
	    "|Poslano|Poslane poruke|Poslane stavke|Poslana pošta"
	    "|Poslani elementi|Poslana sporočila|Испратени|Të dërguara"
	    "|Απεσταλμένα|Απεσταλμένα στοιχεία|Σταλμένα|Σταλθέντα"
	    "|Gönderilmiş|Gönderilenler|Gönderilmiş Öğeler"
	    "|Gönderilmiş Postalar|Gönderilen"
	    "|المرسلة|المرسل|البريد المرسل|الرسائل المرسلة|العناصر المرسلة"
	    "|נשלח|דואר שנשלח|פריטים שנשלחו|הודעות שנשלחו"
	    "|ارسال شده|فرستاده شده|भेजे गए|भेजी गई मेल|भेजे गए आइटम"
	    "|ส่งแล้ว|รายการที่ส่ง|รายการที่ถูกส่ง|จดหมายที่ส่งแล้ว"
	    "|ข้อความที่ส่งแล้ว|Đã gửi|Thư đã gửi|Mục đã gửi"
	    "|Terkirim|Item terkirim|Pesan terkirim|Surat terkirim"
	    "|Dihantar|Item dihantar|Mel dihantar"
	    "|送信済み|送信済みアイテム|送信済みメール|送信済みトレイ|送信済"
	    "|送信済メール|已发送|已发送邮件|已发送的邮件|已发邮件"
	    "|寄件備份|已傳送|已傳送郵件|已傳送的郵件|已寄出|已寄出郵件"
	    "|보낸 편지함|보낸편지함|보낸 메일함|보낸메일함|보낸 메시지"
	    "|보낸 메일|" },
	{ ROLE_DRAFTS,
	    "|Drafts|Draft|Entwürfe|Entwurf|Brouillons|Brouillon|Borradores"
	    "|Borrador|Esborranys|Zirriborroak|Rascunhos|Rascunho|Bozze|Bozza"
	    "|Concepten|Concept|Utkast|Kladder|Udkast|Kladd|Luonnokset|Drög"
	    "|Mustandid|Melnraksti|Juodraščiai|Szkice|Kopie robocze"
	    "|Wersje robocze|Robocze|Koncepty|Rozepsané|Rozpísané|Piszkozatok"
	    "|Schițe|Ciorne|Чернови|Черновики|Чернетки|Чарнавікі|Недовршено"
	    "|Нацрти|Nacrti|Skice|Nedovršeno|Osnutki|Drafte|Πρόχειρα"
	    "|Taslaklar|المسودات|مسودات|טיוטות|"
	    "پیش‌نویس‌ها|"
	    "پیش "
	    "نویس|ड्राफ़्ट"
	    "|ड्राफ्ट|แบบร่าง|ฉบับร่าง|ร่างจดหมาย|จดหมายร่าง|Thư nháp|Nháp"
	    "|Bản nháp|Draf|Konsep|下書き|草稿|草稿箱|草稿夹|草稿夾|草稿匣"
	    "|임시 보관함|임시보관함|임시 저장|" },
	{ ROLE_JUNK,
	    "|Junk|Spam|Junk E-mail|Junk Email|Junk Mail|Bulk Mail|Bulk"
	    "|Spamverdacht|Spam-Verdacht|Junk-E-Mail|Unerwünscht"
	    "|Unerwünschte Werbung|Courrier indésirable|Indésirables"
	    "|Pourriel|Pourriels|Correo no deseado|No deseado|Correo basura"
	    "|Correu brossa|Brossa|Lixo Eletrônico|Lixo Eletrónico"
	    "|Lixo Electrónico|Correio eletrónico não solicitado"
	    "|Posta indesiderata|Indesiderata|Ongewenste e-mail|Ongewenst"
	    "|Ongewenste reclame|Skräppost|Uønsket|Uønsket mail"
	    "|Uønsket e-mail|Uønsket post|Uønsket e-post|Søppelpost"
	    "|Søppel-e-post|Roskaposti|Ruslpóstur|Rämpspost|Mēstules"
	    "|Surogātpasts|Nevēlamais e-pasts|Šlamštas|Brukalai"
	    "|Nepageidaujami|Nepageidaujamas el. paštas|Wiadomości-śmieci"
	    "|Niechciana poczta|Niechciane|Nevyžádaná pošta|Nevyžádané"
	    "|Nevyžiadaná pošta|Nevyžiadané|Levélszemét|Kéretlen levelek"
	    "|E-mail nedorit|Mesaje nedorite|Nedorite|Спам|Нежелана поща"
	    "|Нежелани|Нежелательная почта|Нежелательные|Небажана пошта"
	    "|Небажані|Небажана електронна пошта|Нежељена пошта"
	    "|Непожељна пошта|Neželjena pošta|Neželjena e-pošta"
	    "|Bezvrijedna pošta|Neželena pošta|Vsiljena pošta|Ανεπιθύμητα"
	    "|Ανεπιθύμητη αλληλογραφία|Gereksiz|Gereksiz E-posta|Önemsiz"
	    "|Önemsiz E-posta|İstenmeyen|İstenmeyen Posta"
	    "|البريد غير الهام|غير هام|البريد المزعج|بريد عشوائي"
	    "|البريد العشوائي|דואר זבל|זבל|ספאם|דואר זבל אלקטרוני|هرزنامه"
	    "|स्पैम|जंक ईमेल|อีเมลขยะ|จดหมายขยะ|เมลขยะ|สแปม|Thư rác"
	    "|Email rác|Email Sampah|Surat Sampah|Mel Remeh|E-mel Remeh"
	    "|迷惑メール|迷惑メールフォルダ|垃圾邮件|垃圾郵件|垃圾信件"
	    "|스팸|스팸함|스팸메일함|스팸 메일함|스팸편지함|정크 메일|정크메일"
	    "|" },
	{ ROLE_TRASH,
	    "|Trash|Deleted|Deleted Items|Deleted Messages|Deleted Mail|Bin"
	    "|Papierkorb|Gelöscht|Gelöschte Elemente|Gelöschte Objekte"
	    "|Gelöschte Nachrichten|Corbeille|Éléments supprimés"
	    "|Messages supprimés|Supprimés|Papelera|Elementos eliminados"
	    "|Mensajes eliminados|Eliminados|Paperera|Elements suprimits"
	    "|Zakarrontzia|Lixeira|Lixo|Itens excluídos|Itens eliminados"
	    "|Excluídos|Mensagens apagadas|Cestino|Posta eliminata"
	    "|Elementi eliminati|Eliminata|Prullenbak|Verwijderde items"
	    "|Verwijderd|Verwijderde berichten|Papperskorgen|Papperskorg"
	    "|Borttaget|Borttagna objekt|Raderade objekt|Papirkurv"
	    "|Papirkurven|Slettet post|Slettet|Slettede elementer|Søppel"
	    "|Roskakori|Poistetut|Poistetut viestit|Poistetut kohteet"
	    "|Ruslafata|Rusl|Eyddir hlutir|Prügikast|Kustutatud"
	    "|Kustutatud kirjad|Atkritne|Miskaste|Dzēstie|Šiukšlinė"
	    "|Šiukšliadėžė|Ištrinti|Ištrintieji|Kosz|Elementy usunięte"
	    "|Usunięte|Koš|Odstraněná pošta|Odstraněné|Odstraněné položky"
	    "|Kôš|Odstránená pošta|Odstránené|Odstránené položky|Kuka|Lomtár"
	    "|Törölt elemek|Törölt üzenetek|Coș de gunoi|Coș|Gunoi"
	    "|Elemente șterse|Mesaje șterse|Кошче|Изтрити|Изтрити елементи"
	    "|Корзина|Удалённые|Удаленные|Удалённые элементы"
	    "|Удаленные элементы|Кошик|Видалені|Видалені елементи|Сметніца"
	    "|Смеће|Отпад|Корпа|Избрисано|Smeće|Otpad|Izbrisano"
	    "|Izbrisane stavke|Smetnjak|Izbrisani elementi|Κάδος"
	    "|Κάδος απορριμμάτων|Διαγραμμένα|Διεγραμμένα|Διαγραμμένα στοιχεία"
	    "|Çöp Kutusu|Çöp|Silinmiş Öğeler|Silinenler|Silinmiş"
	    "|سلة المهملات|المهملات|المحذوفة|العناصر المحذوفة|אשפה"
	    "|פריטים שנמחקו|סל "
	    "המחזור|زباله‌دان|سطل "
	    "زباله|حذف "
	    "شده|ट्रैश"
	    "|हटाए गए आइटम|ถังขยะ|รายการที่ลบ|รายการที่ถูกลบ|Thùng rác"
	    "|Đã xóa|Thư đã xóa|Mục đã xóa|Sampah|Tong Sampah|Item Dihapus"
	    "|Terhapus|Item dipadam|ゴミ箱|ごみ箱|削除済み|削除済みアイテム"
	    "|削除済みメール|已删除|已删除邮件|已删除的邮件|废纸篓|回收站"
	    "|刪除的郵件|已刪除的郵件|已刪除|垃圾桶|回收筒|휴지통|지운 편지함"
	    "|지운편지함|지운 항목|삭제된 메시지|삭제된 항목|" },
	{ ROLE_ARCHIVE,
	    "|Archive|Archives|Archived|Archiv|Archivo|Archivados|Arxiu"
	    "|Arxivats|Arquivo|Arquivados|Arquivo Morto|Archivio|Archiviati"
	    "|Archief|Arkiv|Arkisto|Arhiiv|Arhīvs|Archyvas|Archiwum|Archív"
	    "|Archívum|Arhivă|Архив|Архів|Архіў|Архива|Arhiva|Arhiv|Arkiva"
	    "|Αρχείο|Αρχειοθήκη|Αρχειοθετημένα|Arşiv|أرشيف|الأرشيف|ארכיון"
	    "|بایگانی|संग्रह|आर्काइव|เก็บถาวร|ที่เก็บถาวร|Lưu trữ|Arsip|Arkib"
	    "|アーカイブ|归档|存档|歸檔|封存|보관함|보관|아카이브|" },
};

/* ---- where a name counts ---- */

/* The rest of a name behind a prefix, compared without case; else NULL. */
static const char *
behind(const char *name, const char *prefix)
{
	size_t len = strlen(prefix);

	return len > 0 && strncasecmp(name, prefix, len) == 0 ? name + len
							      : NULL;
}

/* The name below whatever everything is below; NULL if it lies deeper. */
static const char *
top_part(const struct imap_box *b, const char *prefix)
{
	static const char *const above[] = { "INBOX", "[Gmail]",
		"[Google Mail]" };
	const char *name = mutf7_plain(b->name), *rest = behind(name, prefix);
	char d = b->delimiter;

	if (rest != NULL)
		name = rest;
	for (size_t i = 0; d != '\0' && i < sizeof(above) / sizeof(above[0]);
	     i++) {
		rest = behind(name, above[i]);
		if (rest != NULL && *rest == d)
			name = rest + 1;
	}
	return d != '\0' && strchr(name, d) != NULL ? NULL : name;
}

/* How far down a list of names it stands, from 1; 0: not at all. */
static size_t
rank(const char *names, const char *name)
{
	struct buf folded = { 0 }, wanted = { 0 };
	const char *at;
	size_t place = 0;

	/* Both go through the same fold, so neither need be in any form. */
	text_fold(&folded, names, strlen(names));
	buf_chr(&wanted, '|');
	text_fold(&wanted, name, strlen(name));
	buf_chr(&wanted, '|');
	at = strchr(name, '|') == NULL && wanted.len > 2
		 ? strstr(buf_text(&folded), buf_text(&wanted))
		 : NULL;
	for (const char *p = buf_text(&folded); at != NULL && p <= at; p++)
		place += *p == '|';
	buf_free(&folded);
	buf_free(&wanted);
	return place;
}

/* Of two that the server names, one is enough. */
static unsigned
settle_special(struct imap_box *v, size_t n)
{
	unsigned told = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned bit = 1u << v[i].role;

		if (!v[i].special || v[i].role == ROLE_NONE)
			continue;
		if (!v[i].selectable || (told & bit) != 0)
			v[i].role = ROLE_NONE;
		else
			told |= bit;
	}
	return told;
}

void
roles_give(struct imap_box *v, size_t n, const char *prefix)
{
	unsigned told = settle_special(v, n);

	for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++) {
		struct imap_box *best = NULL;
		size_t least = 0;

		if ((told & 1u << known[k].role) != 0)
			continue;
		for (size_t i = 0; i < n; i++) {
			const char *part = top_part(&v[i], prefix);
			size_t r;

			if (v[i].special || !v[i].selectable || part == NULL)
				continue;
			r = rank(known[k].names, part);
			if (r > 0 && (best == NULL || r < least)) {
				best = &v[i];
				least = r;
			}
		}
		if (best != NULL)
			best->role = known[k].role;
	}
}

const char *
roles_prefix(const struct imap_box *v, size_t n, struct arena *a)
{
	const char *prefix = NULL;
	size_t beside = 0;

	for (size_t i = 0; i < n; i++) {
		const char *rest = behind(v[i].name, "INBOX");

		if (rest != NULL && *rest == '\0')
			continue;
		if (rest == NULL || v[i].delimiter == '\0' ||
		    *rest != v[i].delimiter)
			beside++;
		else
			prefix = arena_fmt(a, "INBOX%c", v[i].delimiter);
	}
	if (beside > 0)
		return prefix == NULL ? "" : NULL;
	return prefix;
}
