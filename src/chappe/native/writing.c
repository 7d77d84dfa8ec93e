/* The thread that runs statements, in their order, and never touches Python. After one that failed
   nothing is run until the transaction is ended; then it is undone. */

#define _GNU_SOURCE
#include "sqlite.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

#define CALL(self, name) (self)->sqlite->name

static void fail(writing *self, int code)
{
    if (self->failed)
        return;
    self->failed = true;
    self->code = code & 0xFF;
    snprintf(self->message, sizeof self->message, "%s", CALL(self, errmsg)(self->database));
}

/* Preparing. */

static void forget_oldest(writing *self)
{
    statement *oldest = NULL;
    for (int each = 0; each < self->known; each++) {
        statement *one = &self->statements[each];
        if (one->stmt != NULL && (oldest == NULL || one->used < oldest->used))
            oldest = one;
    }
    if (oldest != NULL) {
        CALL(self, finalize)(oldest->stmt);
        oldest->stmt = NULL;
        self->prepared--;
    }
}

static sqlite3_stmt *prepared(writing *self, int number)
{
    pthread_mutex_lock(&self->lock); /* more may be made known meanwhile, and the table moved */
    statement one = self->statements[number];
    pthread_mutex_unlock(&self->lock);
    if (one.stmt == NULL) {
        if (self->prepared >= PREPARED_MOST) {
            pthread_mutex_lock(&self->lock);
            forget_oldest(self);
            pthread_mutex_unlock(&self->lock);
        }
        int code = CALL(self, prepare_v3)(self->database, one.text, one.size + 1,
                                          SQLITE_PREPARE_PERSISTENT, &one.stmt, NULL);
        if (code != SQLITE_OK || one.stmt == NULL) {
            fail(self, code);
            return NULL;
        }
        self->prepared++;
    }
    pthread_mutex_lock(&self->lock);
    self->statements[number].stmt = one.stmt;
    self->statements[number].used = ++self->clock;
    pthread_mutex_unlock(&self->lock);
    return one.stmt;
}

/* Running. */

static int bind(writing *self, sqlite3_stmt *stmt, int place, const value *one)
{
    switch (one->kind) {
    case NUMBER:
        return CALL(self, bind_int64)(stmt, place, one->as.number);
    case REAL:
        return CALL(self, bind_double)(stmt, place, one->as.real);
    case TEXT: /* they stay until the work is over, and it is reset before */
        return CALL(self, bind_text)(stmt, place, one->as.octets.at, one->as.octets.size, NULL);
    case OCTETS:
        return CALL(self, bind_blob)(stmt, place, one->as.octets.at, one->as.octets.size, NULL);
    case NOTHING:
        break;
    }
    return CALL(self, bind_null)(stmt, place);
}

static void read_answer(writing *self, sqlite3_stmt *stmt, value *answer)
{
    int kind = CALL(self, column_type)(stmt, 0);
    if (kind == SQLITE_INTEGER) {
        *answer = (value){.kind = NUMBER, .as.number = CALL(self, column_int64)(stmt, 0)};
    } else if (kind == SQLITE_FLOAT) {
        *answer = (value){.kind = REAL, .as.real = CALL(self, column_double)(stmt, 0)};
    } else if (kind == SQLITE_TEXT || kind == SQLITE_BLOB) {
        const void *at = kind == SQLITE_TEXT ? (const void *)CALL(self, column_text)(stmt, 0)
                                             : CALL(self, column_blob)(stmt, 0);
        int size = CALL(self, column_bytes)(stmt, 0);
        char *kept = malloc((size_t)size + 1);
        if (kept == NULL || (at == NULL && size > 0)) {
            free(kept);
            fail(self, SQLITE_NOMEM);
            return;
        }
        if (size > 0)
            memcpy(kept, at, (size_t)size);
        *answer = (value){.kind = kind == SQLITE_TEXT ? TEXT : OCTETS,
                          .as.octets = {kept, size}};
    }
}

static void run_statement(writing *self, work *one)
{
    sqlite3_stmt *stmt = prepared(self, one->statement);
    if (stmt == NULL)
        return;
    int code = SQLITE_OK;
    if (CALL(self, bind_parameter_count)(stmt) != one->count) {
        self->failed = true;
        self->code = 1;
        snprintf(self->message, sizeof self->message, "%d values were given for %d", one->count,
                 CALL(self, bind_parameter_count)(stmt));
        return;
    }
    for (int each = 0; code == SQLITE_OK && each < one->count; each++)
        code = bind(self, stmt, each + 1, &one->values[each]);
    int64_t before = CALL(self, total_changes)(self->database);
    bool is_first = true;
    while (code == SQLITE_OK || code == SQLITE_ROW) {
        code = CALL(self, step)(stmt);
        if (code == SQLITE_ROW && is_first && one->waited_for)
            read_answer(self, stmt, &one->answer);
        is_first = false;
    }
    if (code != SQLITE_DONE)
        fail(self, code);
    CALL(self, reset)(stmt);
    one->changes = CALL(self, total_changes)(self->database) - before;
    if (one->expect >= 0 && one->expect != one->changes)
        self->unsure = true;
}

static void run_text(writing *self, const char *text)
{
    sqlite3_stmt *stmt = NULL;
    int code = CALL(self, prepare_v3)(self->database, text, -1, 0, &stmt, NULL);
    if (code == SQLITE_OK)
        code = CALL(self, step)(stmt);
    if (code != SQLITE_DONE)
        fail(self, code);
    CALL(self, finalize)(stmt);
}

static void end_transaction(writing *self, bool undo)
{
    if (!self->failed && !undo)
        run_text(self, "COMMIT");
    if ((self->failed || undo) && !CALL(self, get_autocommit)(self->database))
        run_text(self, "ROLLBACK"); /* what failed first is what is told */
}

static void *run(void *argument)
{
    writing *self = argument;
    prctl(PR_SET_NAME, "chappe writes");
    pthread_mutex_lock(&self->lock);
    for (;;) {
        while (self->first == NULL && !self->closing)
            pthread_cond_wait(&self->come, &self->lock);
        work *one = self->first;
        if (one == NULL)
            break;
        pthread_mutex_unlock(&self->lock);
        if (one->statement < 0)
            end_transaction(self, one->statement == UNDO);
        else if (!self->failed)
            run_statement(self, one);
        pthread_mutex_lock(&self->lock);
        self->first = one->next;
        if (self->first == NULL)
            self->end = &self->first;
        if (!one->waited_for && one->statement == END) {
            self->settled = true;
            (void)!write(self->ended, &(uint64_t){1}, sizeof(uint64_t));
        }
        one->done = true;
        if (one->waited_for) { /* and is whoever's waits from here on */
            pthread_cond_broadcast(&self->gone);
        } else {
            one->next = self->over;
            self->over = one;
        }
    }
    pthread_mutex_unlock(&self->lock);
    return NULL;
}

/* From beginning to end. */

bool writing_open(writing *self, const library *sqlite, const char *path)
{
    self->sqlite = sqlite;
    self->end = &self->first;
    self->ended = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int how = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    int code = CALL(self, open_v2)(path, &self->database, how, NULL);
    if (self->ended < 0 || self->database == NULL)
        return false;
    if (code != SQLITE_OK) {
        fail(self, code);
        return false;
    }
    pthread_mutex_init(&self->lock, NULL);
    pthread_cond_init(&self->come, NULL);
    pthread_cond_init(&self->gone, NULL);
    sigset_t all, before; /* signals are the interpreter's */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    self->running = pthread_create(&self->thread, NULL, run, self) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return self->running;
}

void writing_close(writing *self)
{
    if (self->running) {
        pthread_mutex_lock(&self->lock);
        self->closing = true;
        pthread_cond_signal(&self->come);
        pthread_mutex_unlock(&self->lock);
        pthread_join(self->thread, NULL);
        self->running = false;
    }
    for (int each = 0; each < self->known; each++)
        if (self->statements[each].stmt != NULL)
            CALL(self, finalize)(self->statements[each].stmt);
    free(self->statements);
    self->statements = NULL;
    self->known = 0;
    if (self->database != NULL)
        CALL(self, close)(self->database);
    self->database = NULL;
    if (self->ended >= 0)
        close(self->ended);
    self->ended = -1;
}

int writing_know(writing *self, const char *text, int size)
{
    pthread_mutex_lock(&self->lock);
    if (self->known == self->room) {
        int room = self->room > 0 ? 2 * self->room : 256;
        statement *more = realloc(self->statements, (size_t)room * sizeof *more);
        if (more == NULL) {
            pthread_mutex_unlock(&self->lock);
            return -1;
        }
        self->statements = more;
        self->room = room;
    }
    self->statements[self->known] = (statement){text, size, NULL, 0};
    int number = self->known++;
    pthread_mutex_unlock(&self->lock);
    return number;
}

void writing_add(writing *self, work *one)
{
    pthread_mutex_lock(&self->lock);
    one->next = NULL;
    bool idle = self->first == NULL;
    *self->end = one;
    self->end = &one->next;
    if (idle)
        pthread_cond_signal(&self->come);
    pthread_mutex_unlock(&self->lock);
}

void writing_await(writing *self, work *one)
{
    pthread_mutex_lock(&self->lock);
    while (!one->done)
        pthread_cond_wait(&self->gone, &self->lock);
    pthread_mutex_unlock(&self->lock);
}

work *writing_over(writing *self)
{
    pthread_mutex_lock(&self->lock);
    work *over = self->over;
    self->over = NULL;
    pthread_mutex_unlock(&self->lock);
    return over;
}
