/* What of SQLite is used, as its documentation has it; and the thread that uses it (writing.c), which
   knows nothing of Python. The library is the one that Python's own module has loaded already: two
   copies of it in a process would break each other's locks. */

#ifndef CHAPPE_SQLITE_H
#define CHAPPE_SQLITE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SQLITE_OK = 0,
    SQLITE_CONSTRAINT = 19,
    SQLITE_NOMEM = 7,
    SQLITE_ROW = 100,
    SQLITE_DONE = 101,
    SQLITE_INTEGER = 1,
    SQLITE_FLOAT = 2,
    SQLITE_TEXT = 3,
    SQLITE_BLOB = 4,
    SQLITE_OPEN_READWRITE = 2,
    SQLITE_OPEN_NOMUTEX = 0x8000,
    SQLITE_PREPARE_PERSISTENT = 1,
};

typedef struct sqlite3 sqlite3;
typedef struct sqlite3_stmt sqlite3_stmt;

/* name, what it gives, what it takes */
#define CALLS(CALL) \
    CALL(open_v2, int, (const char *, sqlite3 **, int, const char *)) \
    CALL(close, int, (sqlite3 *)) \
    CALL(prepare_v3, int, (sqlite3 *, const char *, int, unsigned, sqlite3_stmt **, const char **)) \
    CALL(finalize, int, (sqlite3_stmt *)) \
    CALL(reset, int, (sqlite3_stmt *)) \
    CALL(step, int, (sqlite3_stmt *)) \
    CALL(bind_parameter_count, int, (sqlite3_stmt *)) \
    CALL(bind_null, int, (sqlite3_stmt *, int)) \
    CALL(bind_int64, int, (sqlite3_stmt *, int, int64_t)) \
    CALL(bind_double, int, (sqlite3_stmt *, int, double)) \
    CALL(bind_text, int, (sqlite3_stmt *, int, const char *, int, void (*)(void *))) \
    CALL(bind_blob, int, (sqlite3_stmt *, int, const void *, int, void (*)(void *))) \
    CALL(column_type, int, (sqlite3_stmt *, int)) \
    CALL(column_int64, int64_t, (sqlite3_stmt *, int)) \
    CALL(column_double, double, (sqlite3_stmt *, int)) \
    CALL(column_blob, const void *, (sqlite3_stmt *, int)) \
    CALL(column_text, const unsigned char *, (sqlite3_stmt *, int)) \
    CALL(column_bytes, int, (sqlite3_stmt *, int)) \
    CALL(total_changes, int, (sqlite3 *)) \
    CALL(get_autocommit, int, (sqlite3 *)) \
    CALL(errmsg, const char *, (sqlite3 *)) \
    CALL(threadsafe, int, (void))

typedef struct {
#define AS_FIELD(name, gives, takes) gives (*name) takes;
    CALLS(AS_FIELD)
#undef AS_FIELD
} library;

/* A value that is bound or read; octets are whoever's holds them. */
typedef struct {
    enum { NOTHING, NUMBER, REAL, TEXT, OCTETS } kind;
    union {
        int64_t number;
        double real;
        struct {
            const char *at;
            int size;
        } octets;
    } as;
} value;

/* A statement that was prepared, or may be; its text is kept by whoever made it known. */
typedef struct {
    const char *text;
    int size;
    sqlite3_stmt *stmt;
    uint64_t used;
} statement;

typedef struct work {
    struct work *next;
    int statement;   /* which; or END or UNDO, of a transaction */
    bool waited_for; /* somebody waits for this one: its answer is kept */
    int64_t expect;  /* so many rows are touched, or what is remembered is unsure; -1: whatever */
    value answer;    /* the first column of the first row; its octets are malloc'ed */
    int64_t changes;
    bool done;
    void *holds; /* what the values belong to; the interpreter's side lets go of it */
    int count;
    value values[];
} work;

enum { MESSAGE_MOST = 512, PREPARED_MOST = 512, END = -1, UNDO = -2 };

typedef struct writing {
    const library *sqlite;
    sqlite3 *database;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t come, gone;
    int ended; /* readable once a transaction has ended that nobody waits for */
    /* locked */
    work *first, **end; /* what is to be done */
    work *over;         /* what is done, for the other side to free */
    statement *statements;
    int known, room;
    bool closing, unsure, failed, settled;
    int code;
    char message[MESSAGE_MOST];
    /* thread */
    int prepared;
    uint64_t clock;
    bool running;
} writing;

bool writing_open(writing *self, const library *sqlite, const char *path);
void writing_close(writing *self);
int writing_know(writing *self, const char *text, int size); /* its number; -1: no memory */
void writing_add(writing *self, work *one);
void writing_await(writing *self, work *one);
work *writing_over(writing *self); /* all that is done, so far */

#endif
