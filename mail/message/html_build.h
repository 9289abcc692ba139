/*
 * html_build.h -- the state of making boxes of tags; for html_build.c and its
 * parts html_words.c and html_anchor.c.
 */
#ifndef MAIL_MESSAGE_HTML_BUILD_H
#define MAIL_MESSAGE_HTML_BUILD_H

#include "mail/message/html_box.h"
#include "mail/message/html_style.h"
#include "mail/message/html_token.h"

#define DEPTH_MOST 200
#define LINK_SLOTS 4096

/* How an element behaves. */
enum trait {
	T_BLOCK = 1 << 0,  /* begins and ends a line */
	T_MARGIN = 1 << 1, /* and stands apart */
	T_SKIP = 1 << 2,   /* its content is not shown */
	T_VOID = 1 << 3,   /* it has no content */
	T_CELL = 1 << 4,
	T_ROW = 1 << 5,
	T_TABLE = 1 << 6,
	T_PRE = 1 << 7,
	T_QUOTE = 1 << 8,
	T_LIST = 1 << 9,
	T_ITEM = 1 << 10,
	T_PARA = 1 << 11, /* closed by the next block */
};

/* An element that is open. */
struct open {
	char name[TAG_SIZE];
	struct element element;
	int traits;
	struct box *box; /* it opened, NULL if none */
	char style;      /* how a numbered list counts; 0 for figures */
	int item;        /* number of the last item, of a numbered list */
	const char *url; /* where the link leads, NULL if it is none */
	size_t link_at;  /* total text before the link */
	size_t text_at;  /* bytes of the paragraph before the link */
	size_t flushes;  /* paragraphs before that */
	bool hidden;
	bool pre;
	bool named;  /* it has a class or an id */
	bool struck; /* a line goes through its words */
	enum style_size size;
	struct color color;  /* of the text in it */
	struct color ground; /* behind that */
	bool faint;          /* one cannot be told from the other */
};

struct builder {
	struct arena *a;
	struct box *root;
	struct box *at; /* where boxes are added */
	struct open stack[DEPTH_MOST];
	int depth;
	int hidden;     /* open elements whose content is not shown */
	int skipped;    /* of these, such as have no text for readers */
	bool concealed; /* words were hidden that a reader could expect */
	int pre;
	struct buf text; /* the paragraph being gathered */
	bool nbsp;       /* a blank that does not break was met since */
	bool blank;      /* a blank is due before the next word */
	size_t total;    /* bytes of text so far */
	size_t flushes;  /* paragraphs so far */
	bool right;
	int struck;         /* open elements with a line through their words */
	bool strike_due;    /* the mark before such words is still to come */
	bool strike_open;   /* or is there, and the one after them is to come */
	const char *base;   /* of links without a host; NULL if none */
	struct color color; /* of the page's text */
	struct color ground; /* and of what is behind it */
	bool colors;         /* text is hidden by its colour, too */
	bool old_tables;     /* colours do not go into tables (quirks mode) */
	bool any_faint;      /* there was such text */
	struct sheet sheet;
	const struct insets *inset; /* pictures of the mail; or NULL */
	struct strings *link;
	int slot[LINK_SLOTS]; /* link number by hash of its URL, or 0 */
};

/* The innermost open element, NULL if there is none. */
static inline const struct element *
build_top(const struct builder *b)
{
	return b->depth > 0 ? &b->stack[b->depth - 1].element : NULL;
}

/* A new box in the one where boxes are added. */
struct box *box_add(struct builder *b, enum box_kind kind);

/* Put the gathered paragraph into a box of its own. */
void words_flush(struct builder *b);

/* Words with single blanks between them. */
void words_add(struct builder *b, struct bytes t);

/* The text of a token, if a reader sees it. */
void words_token(struct builder *b, struct bytes raw);

void words_break(struct builder *b);

/* "~~89 EUR~~": words with a line through them, from here to the end of it. */
void words_strike(struct builder *b);
void words_unstrike(struct builder *b);

/*
 * What stands since o was opened is set higher, or lower: figures become
 * those of Unicode, so that "m2" is no number and "10-3" no difference.
 */
void words_raise(struct builder *b, const struct open *o);
void words_lower(struct builder *b, const struct open *o);

/* A link: where it leads is said behind its words. */
void anchor_open(struct builder *b, const struct token *t, struct open *o);
void anchor_close(struct builder *b, const struct open *o);

/* The words in place of a picture. */
void anchor_image(struct builder *b, const struct token *t);

#endif
