/*
 * date.c -- dates of mail, forgiving.
 *
 * The text is cut into numbers, words and signs, and each is put where it
 * can only belong: a name of a month is a month, "11:22" is a time, a number
 * above 31 is a year, and what is left are days and months in the order of
 * the notation.
 */
#include "mail/message/date.h"

#include <stdlib.h>
#include <string.h>

#define BUDDHIST 543 /* years by which the calendar of Thailand is ahead */

struct parts {
	int year, month, day; /* -1 until known */
	int hour, minute, second;
	int zone; /* minutes */
	bool has_zone;
	bool pm, am;
	bool early;     /* the month's name stood before any number */
	bool big_first; /* the year stood before any number or month */
	int number[3];  /* small numbers still without a place */
	int numbers;
};

/* Months by their first letters in the languages of mail, folded. */
static const struct {
	const char *start;
	int month;
} months[] = {
	{ "marras", 11 }, /* before "mar" */
	{ "jan", 1 },
	{ "ene", 1 },
	{ "gen", 1 },
	{ "led", 1 },
	{ "sty", 1 },
	{ "jän", 1 },
	{ "oca", 1 },
	{ "tam", 1 },
	{ "янв", 1 },
	{ "січ", 1 },
	{ "feb", 2 },
	{ "fév", 2 },
	{ "fev", 2 },
	{ "úno", 2 },
	{ "lut", 2 },
	{ "şub", 2 },
	{ "hel", 2 },
	{ "фев", 2 },
	{ "лют", 2 },
	{ "mar", 3 },
	{ "mär", 3 },
	{ "mrz", 3 },
	{ "maa", 3 },
	{ "mrt", 3 },
	{ "bře", 3 },
	{ "már", 3 },
	{ "мар", 3 },
	{ "бер", 3 },
	{ "apr", 4 },
	{ "avr", 4 },
	{ "abr", 4 },
	{ "dub", 4 },
	{ "kwi", 4 },
	{ "nis", 4 },
	{ "huh", 4 },
	{ "ápr", 4 },
	{ "апр", 4 },
	{ "кві", 4 },
	{ "may", 5 },
	{ "mai", 5 },
	{ "mei", 5 },
	{ "mag", 5 },
	{ "maj", 5 },
	{ "kvě", 5 },
	{ "tou", 5 },
	{ "máj", 5 },
	{ "мая", 5 },
	{ "май", 5 },
	{ "тра", 5 },
	{ "jun", 6 },
	{ "juin", 6 },
	{ "giu", 6 },
	{ "čvn", 6 },
	{ "cze", 6 },
	{ "haz", 6 },
	{ "kes", 6 },
	{ "jún", 6 },
	{ "июн", 6 },
	{ "чер", 6 },
	{ "jul", 7 },
	{ "juil", 7 },
	{ "lug", 7 },
	{ "čvc", 7 },
	{ "lip", 7 },
	{ "tem", 7 },
	{ "hei", 7 },
	{ "júl", 7 },
	{ "июл", 7 },
	{ "лип", 7 },
	{ "aug", 8 },
	{ "aoû", 8 },
	{ "aou", 8 },
	{ "ago", 8 },
	{ "srp", 8 },
	{ "sie", 8 },
	{ "ağu", 8 },
	{ "elo", 8 },
	{ "авг", 8 },
	{ "сер", 8 },
	{ "sep", 9 },
	{ "set", 9 },
	{ "zář", 9 },
	{ "wrz", 9 },
	{ "eyl", 9 },
	{ "syy", 9 },
	{ "sze", 9 },
	{ "сен", 9 },
	{ "вер", 9 },
	{ "oct", 10 },
	{ "okt", 10 },
	{ "ott", 10 },
	{ "out", 10 },
	{ "říj", 10 },
	{ "paź", 10 },
	{ "eki", 10 },
	{ "lok", 10 },
	{ "окт", 10 },
	{ "жов", 10 },
	{ "nov", 11 },
	{ "lis", 11 },
	{ "kas", 11 },
	{ "ноя", 11 },
	{ "dec", 12 },
	{ "dez", 12 },
	{ "déc", 12 },
	{ "dic", 12 },
	{ "pro", 12 },
	{ "gru", 12 },
	{ "ara", 12 },
	{ "jou", 12 },
	{ "des", 12 },
	{ "дек", 12 },
	{ "гру", 12 },
	{ "jaa", 1 },
	{ "ian", 1 },
	{ "sij", 1 },
	{ "sau", 1 },
	{ "яну", 1 },
	{ "јан", 1 },
	{ "ιαν", 1 },
	{ "Ιαν", 1 },
	{ "ינו", 1 },
	{ "ينا", 1 },
	{ "มกรา", 1 },
	{ "ม.ค", 1 },
	{ "जन", 1 },
	{ "vee", 2 },
	{ "velj", 2 },
	{ "vas", 2 },
	{ "φεβ", 2 },
	{ "Φεβ", 2 },
	{ "פבר", 2 },
	{ "فبر", 2 },
	{ "กุมภา", 2 },
	{ "ก.พ", 2 },
	{ "फ़र", 2 },
	{ "फर", 2 },
	{ "ožu", 3 },
	{ "kov", 3 },
	{ "μαρ", 3 },
	{ "Μαρ", 3 },
	{ "Μάρ", 3 },
	{ "μάρ", 3 },
	{ "מרץ", 3 },
	{ "מרס", 3 },
	{ "مار", 3 },
	{ "มีนา", 3 },
	{ "มี.ค", 3 },
	{ "मार", 3 },
	{ "tra", 4 },
	{ "bal", 4 },
	{ "απρ", 4 },
	{ "Απρ", 4 },
	{ "אפר", 4 },
	{ "أبر", 4 },
	{ "ابر", 4 },
	{ "เมษา", 4 },
	{ "เม.ย", 4 },
	{ "अप्", 4 },
	{ "maí", 5 },
	{ "svi", 5 },
	{ "geg", 5 },
	{ "мај", 5 },
	{ "μαΐ", 5 },
	{ "Μαΐ", 5 },
	{ "μαϊ", 5 },
	{ "Μαϊ", 5 },
	{ "μάι", 5 },
	{ "Μάι", 5 },
	{ "מאי", 5 },
	{ "ماي", 5 },
	{ "พฤษภา", 5 },
	{ "พ.ค", 5 },
	{ "मई", 5 },
	{ "juun", 6 },
	{ "jūn", 6 },
	{ "iun", 6 },
	{ "bir", 6 },
	{ "юни", 6 },
	{ "јун", 6 },
	{ "ιουν", 6 },
	{ "Ιουν", 6 },
	{ "יונ", 6 },
	{ "يوني", 6 },
	{ "มิถุนา", 6 },
	{ "มิ.ย", 6 },
	{ "जून", 6 },
	{ "juul", 7 },
	{ "jūl", 7 },
	{ "iul", 7 },
	{ "lie", 7 },
	{ "юли", 7 },
	{ "јул", 7 },
	{ "ιουλ", 7 },
	{ "Ιουλ", 7 },
	{ "יול", 7 },
	{ "يولي", 7 },
	{ "กรกฎา", 7 },
	{ "ก.ค", 7 },
	{ "जुल", 7 },
	{ "ágú", 8 },
	{ "avg", 8 },
	{ "kol", 8 },
	{ "rgp", 8 },
	{ "αυγ", 8 },
	{ "Αυγ", 8 },
	{ "אוג", 8 },
	{ "أغس", 8 },
	{ "اغس", 8 },
	{ "สิงหา", 8 },
	{ "ส.ค", 8 },
	{ "अग", 8 },
	{ "ruj", 9 },
	{ "rgs", 9 },
	{ "сеп", 9 },
	{ "σεπ", 9 },
	{ "Σεπ", 9 },
	{ "ספט", 9 },
	{ "سبت", 9 },
	{ "กันยา", 9 },
	{ "ก.ย", 9 },
	{ "सित", 9 },
	{ "spa", 10 },
	{ "οκτ", 10 },
	{ "Οκτ", 10 },
	{ "אוק", 10 },
	{ "أكت", 10 },
	{ "اكت", 10 },
	{ "ตุลา", 10 },
	{ "ต.ค", 10 },
	{ "अक्", 10 },
	{ "noi", 11 },
	{ "nóv", 11 },
	{ "stu", 11 },
	{ "lap", 11 },
	{ "лис", 11 },
	{ "ное", 11 },
	{ "нов", 11 },
	{ "νοε", 11 },
	{ "Νοε", 11 },
	{ "נוב", 11 },
	{ "نوف", 11 },
	{ "พฤศจิกา", 11 },
	{ "พ.ย", 11 },
	{ "नव", 11 },
	{ "dets", 12 },
	{ "дец", 12 },
	{ "δεκ", 12 },
	{ "Δεκ", 12 },
	{ "דצמ", 12 },
	{ "ديس", 12 },
	{ "ธันวา", 12 },
	{ "ธ.ค", 12 },
	{ "दिस", 12 },
};

/* The half of the day behind a time, or before it. */
static const struct {
	const char *name;
	bool pm;
} halves[] = {
	{ "am", false },
	{ "pm", true },
	{ "上午", false },
	{ "下午", true },
	{ "午前", false },
	{ "午後", true },
	{ "오전", false },
	{ "오후", true },
	{ "ص", false },
	{ "م", true },
	{ "π.μ", false },
	{ "μ.μ", true },
};

/* Obsolete zones (RFC 5322 4.3) and those seen in mail, in minutes. */
static const struct {
	const char *name;
	int minutes;
} zones[] = {
	{ "utc", 0 },
	{ "gmt", 0 },
	{ "ut", 0 },
	{ "z", 0 },
	{ "wet", 0 },
	{ "west", 60 },
	{ "bst", 60 },
	{ "cet", 60 },
	{ "met", 60 },
	{ "mez", 60 },
	{ "cest", 120 },
	{ "mest", 120 },
	{ "mesz", 120 },
	{ "eet", 120 },
	{ "eest", 180 },
	{ "msk", 180 },
	{ "msd", 240 },
	{ "ist", 330 },
	{ "hkt", 480 },
	{ "sgt", 480 },
	{ "awst", 480 },
	{ "jst", 540 },
	{ "kst", 540 },
	{ "aest", 600 },
	{ "aedt", 660 },
	{ "nzst", 720 },
	{ "nzdt", 780 },
	{ "est", -300 },
	{ "edt", -240 },
	{ "cst", -360 },
	{ "cdt", -300 },
	{ "mst", -420 },
	{ "mdt", -360 },
	{ "pst", -480 },
	{ "pdt", -420 },
	{ "akst", -540 },
	{ "akdt", -480 },
	{ "hst", -600 },
	{ "brt", -180 },
	{ "art", -180 },
	{ "ast", -240 },
	{ "adt", -180 },
};

/* Days since 1970-01-01 (proleptic Gregorian). */
static int64_t
days_from_civil(int64_t y, int m, int d)
{
	int64_t era;
	int64_t yoe;
	int64_t doy;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static int
read_number(struct bytes b, size_t *i, size_t *digits)
{
	long n = 0;
	size_t from = *i;

	while (*i < b.n && is_digit(b.s[*i])) {
		if (n < 100000000)
			n = n * 10 + (b.s[*i] - '0');
		*i += 1;
	}
	*digits = *i - from;
	return (int)n;
}

/* "+0100", "-05:30", "+1": minutes; false if it is no offset. */
static bool
read_offset(struct bytes b, size_t *i, int *minutes)
{
	int sign = b.s[*i] == '-' ? -1 : 1;
	size_t k = *i + 1;
	size_t digits;
	int n;

	while (k < b.n && (b.s[k] == '+' || b.s[k] == '-' || b.s[k] == ' '))
		k++;
	if (k >= b.n || !is_digit(b.s[k]))
		return false;
	n = read_number(b, &k, &digits);
	if (digits <= 2 && k + 2 < b.n && b.s[k] == ':' &&
	    is_digit(b.s[k + 1])) {
		int hours = n;

		k++;
		n = hours * 60 + read_number(b, &k, &digits);
	} else if (digits <= 2) {
		n *= 60;
	} else if (digits <= 4) {
		n = n / 100 * 60 + n % 100;
	} else {
		return false;
	}
	if (n > 24 * 60)
		return false;
	*minutes = sign * n;
	*i = k;
	return true;
}

/* "14:03", "14:03:59.5", "14.03.59"; the hour is read already. */
static bool
read_clock(struct bytes b, size_t *i, int hour, struct parts *p)
{
	char mark = b.s[*i];
	size_t k = *i + 1;
	size_t digits;
	int minute;

	if (p->hour >= 0 || k >= b.n || !is_digit(b.s[k]))
		return false;
	minute = read_number(b, &k, &digits);
	if (digits > 2 || minute > 59 || hour > 24)
		return false;
	p->hour = hour;
	p->minute = minute;
	p->second = 0;
	if (k + 1 < b.n && b.s[k] == mark && is_digit(b.s[k + 1])) {
		k++;
		p->second = read_number(b, &k, &digits);
		if (p->second > 60)
			return false;
	}
	if (k + 1 < b.n && (b.s[k] == '.' || b.s[k] == ',') &&
	    is_digit(b.s[k + 1])) {
		k++;
		read_number(b, &k, &digits);
	}
	*i = k;
	return true;
}

static void
set_number(struct parts *p, int n, size_t digits)
{
	/* "0200" behind all else: a zone that lost its sign. */
	if (p->hour >= 0 && p->year >= 0 && p->month >= 0 && !p->has_zone &&
	    digits >= 3 && digits <= 4 && n <= 1400 && n % 100 < 60) {
		p->zone = n / 100 * 60 + n % 100;
		p->has_zone = true;
		return;
	}
	/* "19100": 1900 and the years since, written one after the other. */
	if (digits == 5 && n >= 19100 && n < 19200) {
		n -= 17100;
		digits = 4;
	}
	if (digits >= 3 || n > 31) {
		if (p->year < 0 && digits == 4 && p->numbers == 0 &&
		    p->month < 0)
			p->big_first = true;
		if (p->year < 0 && digits <= 4)
			p->year = digits <= 3 && n < 200 ? n + 1900
				  : n > 2440 && n < 2700 ? n - BUDDHIST
							 : n;
	} else if (p->numbers < 3) {
		p->number[p->numbers++] = n;
	}
}

/* "2026-11-22" and "2026/11/22": the year comes first. */
static bool
read_iso(struct bytes b, size_t *i, int year, struct parts *p)
{
	char mark = b.s[*i];
	size_t k = *i + 1;
	size_t digits;
	int month = k < b.n ? read_number(b, &k, &digits) : 0;

	if (month < 1 || month > 12 || k >= b.n || b.s[k] != mark)
		return false;
	k++;
	p->day = read_number(b, &k, &digits);
	if (p->day < 1 || p->day > 31)
		return false;
	p->year = year;
	p->month = month;
	*i = k < b.n && (b.s[k] == 'T' || b.s[k] == 't') ? k + 1 : k;
	return true;
}

/* The full stop of Thai and Greek shortened words, between their letters. */
static bool
is_inner_dot(struct bytes b, size_t i, size_t before)
{
	return before > 0 && b.s[i] == '.' && i + 1 < b.n &&
	       (unsigned char)b.s[i - 1] >= 0x80 &&
	       (unsigned char)b.s[i + 1] >= 0x80;
}

static size_t
word_length(struct bytes b, size_t i)
{
	size_t n = 0;

	while (i + n < b.n &&
	       (is_letter(b.s[i + n]) || (unsigned char)b.s[i + n] >= 0x80 ||
		   is_inner_dot(b, i + n, n)))
		n++;
	return n;
}

static void
read_word(struct bytes w, struct parts *p)
{
	for (size_t i = 0; i < sizeof halves / sizeof *halves; i++)
		if (bytes_same(w, halves[i].name)) {
			p->pm = halves[i].pm;
			p->am = !p->pm;
			return;
		}
	for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
		if (bytes_same(w, zones[i].name) && p->hour >= 0) {
			if (!p->has_zone)
				p->zone = zones[i].minutes;
			p->has_zone = true;
			return;
		}
	/* "mar" before the day is a Tuesday if a month is still to come. */
	if (p->month >= 0 && !p->early)
		return;
	if (bytes_begin(w, "ב") && w.n > 6)
		w = bytes_cut(w, 2, w.n); /* "in" of Hebrew is no word */
	for (size_t i = 0; i < sizeof months / sizeof *months; i++)
		if (bytes_begin(w, months[i].start)) {
			p->month = months[i].month;
			p->early = p->numbers == 0 && p->year < 0;
			return;
		}
}

static void
read_one(struct bytes b, size_t *i, struct parts *p)
{
	size_t digits;
	size_t n;
	char c = b.s[*i];
	int minutes;

	if (is_digit(c)) {
		int v = read_number(b, i, &digits);
		char after = *i < b.n ? b.s[*i] : '\0';

		if (after == ':' && digits <= 2 && read_clock(b, i, v, p))
			return;
		if (digits == 4 && (after == '-' || after == '/') &&
		    read_iso(b, i, v, p))
			return;
		/* "10.11.12" is a time only once the day is known. */
		if (after == '.' && p->year >= 0 && p->month >= 0 &&
		    digits <= 2 && read_clock(b, i, v, p))
			return;
		set_number(p, v, digits);
		return;
	}
	if ((c == '+' || c == '-') && p->hour >= 0 &&
	    read_offset(b, i, &minutes)) {
		if (!p->has_zone || p->zone == 0)
			p->zone = minutes;
		p->has_zone = true;
		return;
	}
	n = word_length(b, *i);
	if (n > 0)
		read_word(bytes_cut(b, *i, *i + n), p);
	*i += n > 0 ? n : 1;
}

/* Give the small numbers their places. */
static void
place_numbers(struct parts *p, bool day_first)
{
	int k = 0;

	if (p->month < 0 && p->day < 0 && p->numbers >= 2) {
		int one = p->number[0];
		int two = p->number[1];
		bool swap =
		    one <= 12 && (two > 12 || !day_first || p->big_first);

		p->day = swap ? two : one;
		p->month = swap ? one : two;
		k = 2;
	}
	if (p->day < 0 && k < p->numbers)
		p->day = p->number[k++];
	if (p->year < 0 && k < p->numbers) {
		/* RFC 5322 4.3: two digits below 50 are after 2000. */
		p->year = p->number[k] + (p->number[k] < 50 ? 2000 : 1900);
	} else if (p->year >= 0 && p->year < 100) {
		p->year += p->year < 50 ? 2000 : 1900;
	}
}

#define DATE_MOST 500 /* bytes looked at */

/* Without comments, and without blanks around the colons of a time. */
static struct bytes
without_comments(struct bytes value, char to[DATE_MOST])
{
	size_t depth = 0;
	size_t n = 0;

	for (size_t i = 0; i < value.n && i < DATE_MOST; i++) {
		size_t took = 1;
		int digit = bytes_digit(bytes_cut(value, i, value.n), &took);
		char c = digit >= 0 ? (char)('0' + digit) : value.s[i];

		i += took - 1;
		if (c == '(')
			depth++;
		else if (c == ')')
			depth -= depth > 0;
		else if (depth == 0 &&
			 !(is_blank(c) && n > 0 &&
			     (to[n - 1] == ':' || to[n - 1] == ' ')))
			to[n++] = is_blank(c) ? ' ' : c;
		if (n > 1 && depth == 0 && c == ':' && to[n - 2] == ' ')
			to[--n - 1] = ':';
	}
	return (struct bytes){ to, n };
}

static void
scan(struct bytes value, struct parts *p)
{
	char plain[DATE_MOST];

	*p = (struct parts){ .year = -1, .month = -1, .day = -1, .hour = -1 };
	value = without_comments(value, plain);
	for (size_t i = 0; i < value.n;)
		read_one(value, &i, p);
}

/*
 * Nothing but digits: "20261122050237", or seconds since 1970.  The header of
 * a program that knew no better.
 */
static bool
read_digits(struct bytes v, struct parts *p, int64_t *t)
{
	static const size_t at[] = { 0, 4, 6, 8, 10, 12, 14 };
	int part[6];

	v = bytes_trim(v);
	for (size_t i = 0; i < v.n; i++)
		if (!is_digit(v.s[i]))
			return false;
	if (v.n == 10) {
		*t = 0;
		for (size_t i = 0; i < v.n; i++)
			*t = *t * 10 + (v.s[i] - '0');
		return *t >= 100000000;
	}
	if (v.n != 14)
		return false;
	for (size_t k = 0; k < 6; k++) {
		size_t digits;
		size_t i = 0;

		part[k] =
		    read_number(bytes_cut(v, at[k], at[k + 1]), &i, &digits);
	}
	*p = (struct parts){ .year = part[0],
		.month = part[1],
		.day = part[2],
		.hour = part[3],
		.minute = part[4],
		.second = part[5] };
	*t = 0;
	return true;
}

static int
finish(struct parts *p, int64_t *t, int *zone)
{
	if (p->day < 1 || p->day > 31 || p->month < 1 || p->month > 12 ||
	    p->year < 1900 || p->year > 9999)
		return -1;
	if (p->hour < 0)
		p->hour = p->minute = p->second = 0;
	if (p->pm && p->hour < 12)
		p->hour += 12;
	if (p->am && p->hour == 12)
		p->hour = 0;
	*t = days_from_civil(p->year, p->month, p->day) * 86400 +
	     p->hour * 3600 + p->minute * 60 + p->second - p->zone * 60;
	*zone = p->zone;
	return 0;
}

int
date_read(struct bytes value, int64_t *t, int *zone)
{
	struct parts p;

	*zone = 0;
	if (read_digits(value, &p, t)) {
		if (*t > 0)
			return 0;
	} else {
		scan(value, &p);
		place_numbers(&p, false);
	}
	return finish(&p, t, zone);
}

int
date_read_local(struct bytes value, int64_t *t)
{
	struct parts p;
	int zone;

	scan(value, &p);
	place_numbers(&p, true);
	return finish(&p, t, &zone);
}
