#include "store/edit.h"
#include "store/query.h"
#include "store/own.h"

#include <string.h>

int
agent_login(struct store *s, int64_t id, struct arena *a, const char **login,
    struct err *e)
{
	return db_get_text(s->db, a, login, e,
		   "SELECT login FROM agent WHERE id=?1", "i", id) < 0
		   ? -1
		   : 0;
}

int
agent_id(struct store *s, const char *login, int64_t *id, struct err *e)
{
	*id = 0;
	if (login == NULL || *login == '\0')
		return 0;
	return db_get(s->db, id, e, "SELECT id FROM agent WHERE login=?1", "s",
		   login) < 0
		   ? -1
		   : 0;
}

static int
agent_write(struct store *s, const char *login, const char *name,
    const char *email, int64_t *id, struct err *e)
{
	int rc;

	if (db_begin(s->db, DB_DURABLE, e) < 0)
		return -1;
	rc = db_run(s->db, e,
	    "INSERT INTO agent(login, name, email) VALUES(?1, ?2, ?3)"
	    " ON CONFLICT(login) DO UPDATE SET"
	    " name=iif(?2='', name, ?2), email=iif(?3='', email, ?3)",
	    "sss", login, name, email);
	if (rc == 0)
		rc = agent_id(s, login, id, e);
	return db_end(s->db, rc, e);
}

int
store_agent_ensure(struct store *s, const char *login, const char *name,
    const char *email, int64_t now, int64_t *id, struct err *e)
{
	int64_t known;

	(void)now;
	if (name == NULL)
		name = "";
	if (email == NULL)
		email = "";
	if (login == NULL || *login == '\0')
		return err_set(e, ERR_USAGE, 0, "an agent needs a login");
	if (db_get(s->db, &known, e,
		"SELECT id FROM agent WHERE login=?1 AND (?2='' OR name=?2)"
		" AND (?3='' OR email=?3)",
		"sss", login, name, email) < 0)
		return -1;
	if (known == 0)
		return agent_write(s, login, name, email, id, e);
	*id = known;
	return 0;
}

int
store_agents(struct store *s, struct arena *a, struct agent **v, size_t *n,
    struct err *e)
{
	struct rows r;
	int rc;

	*v = NULL;
	*n = 0;
	if (db_ask(s->db, &r, e,
		"SELECT id, login, name, email, active"
		" FROM agent ORDER BY login",
		"") < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		*v = arena_grow(a, *v, *n, sizeof(**v));
		(*v)[(*n)++] = (struct agent){
			.id = db_int(&r, 0),
			.login = db_str(&r, 1, a),
			.name = db_str(&r, 2, a),
			.email = db_str(&r, 3, a),
			.active = db_int(&r, 4) != 0,
		};
	}
	return rc;
}

/* An agent of the configuration who has not been here yet. */
static int
agent_configured(struct store *s, const char *name, int64_t now, int64_t *id,
    struct err *e)
{
	const struct agent_setting *set = shop_agent(s->shop, name);

	if (set == NULL || s->how == STORE_READ)
		return err_set(e, ERR_MISSING, 0, "no agent named %s", name);
	return store_agent_ensure(s, set->login, set->name, set->email, now, id,
	    e);
}

int
store_agent_named(struct store *s, const struct act *act, const char *name,
    int64_t *id, struct err *e)
{
	*id = 0;
	if (strcmp(name, "none") == 0)
		return 0;
	if (strcmp(name, "me") == 0) {
		*id = act->agent;
		return 0;
	}
	if (agent_id(s, name, id, e) < 0)
		return -1;
	if (*id != 0)
		return 0;
	return agent_configured(s, name, act->now, id, e);
}
