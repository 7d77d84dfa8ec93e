/* The words of a receipt: what links/smpp/meaning/receipt.py finds in it, several times faster. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdbool.h>
#include <string.h>

enum { ID_MOST = 64, DIGITS_MOST = 20 };

typedef struct {
    const char *begin;
    Py_ssize_t size;
} stretch;

static bool is_digit(char one) { return one >= '0' && one <= '9'; }
static bool is_capital(char one) { return one >= 'A' && one <= 'Z'; }
static bool is_word(char one)
{
    return is_digit(one) || is_capital(one) || (one >= 'a' && one <= 'z') || one == '_';
}
static bool is_named(char one) { return is_word(one) || (one && strchr(".+/=-", one) != NULL); }

/* Appendix B: what stands before each value, what the value is made of, how long it may be. */
static const struct {
    const char *before;
    bool (*of)(char);
    int least, most;
} WORDS[] = {
    {"id:", is_named, 1, ID_MOST},
    {" sub:", is_digit, 1, 9},
    {" dlvrd:", is_digit, 1, 9},
    {" submit date:", is_digit, 1, DIGITS_MOST},
    {" done date:", is_digit, 1, DIGITS_MOST},
    {" stat:", is_capital, 2, DIGITS_MOST},
    {" err:", is_word, 1, DIGITS_MOST},
    {" text:", NULL, 0, 0},
};
enum { VALUES = sizeof WORDS / sizeof *WORDS - 1 };

/* `receipt(octets)`: id, sub, dlvrd, submit date, done date, stat and err, and the octets that
   follow; None where they are not exactly these. */
PyObject *receipt(PyObject *Py_UNUSED(module), PyObject *octets)
{
    if (!PyBytes_Check(octets))
        Py_RETURN_NONE;
    const char *at = PyBytes_AS_STRING(octets), *end = at + PyBytes_GET_SIZE(octets);
    stretch found[VALUES];
    for (int word = 0; word <= VALUES; word++) {
        Py_ssize_t size = (Py_ssize_t)strlen(WORDS[word].before);
        if (end - at < size || memcmp(at, WORDS[word].before, (size_t)size) != 0)
            Py_RETURN_NONE;
        at += size;
        if (word == VALUES)
            break;
        const char *begin = at;
        while (at < end && at - begin < WORDS[word].most && WORDS[word].of(*at))
            at++;
        if (at - begin < WORDS[word].least)
            Py_RETURN_NONE;
        found[word] = (stretch){begin, at - begin};
    }
    PyObject *all = PyTuple_New(VALUES + 1);
    for (int word = 0; all != NULL && word <= VALUES; word++) {
        stretch one = word < VALUES ? found[word] : (stretch){at, end - at};
        PyObject *value = PyUnicode_DecodeLatin1(one.begin, one.size, NULL);
        if (value == NULL)
            Py_CLEAR(all);
        else
            PyTuple_SET_ITEM(all, word, value);
    }
    return all;
}
