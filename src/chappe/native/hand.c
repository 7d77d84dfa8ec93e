/* The hand that writes into an SQLite database: statements are given to it and run in a thread, while
   whoever gives them goes on. What is asked is waited for, with the interpreter's lock let go. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "sqlite.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static library found;

typedef struct {
    PyObject_HEAD
    writing writing;
    PyObject *known; /* text -> its number */
    PyObject *fault, *conflict;
} Hand;

static bool is_open(Hand *self)
{
    if (!self->writing.running)
        PyErr_SetString(self->fault, "the database is closed");
    return self->writing.running;
}

static void let_go(Hand *self)
{
    for (work *each = writing_over(&self->writing); each != NULL;) {
        work *next = each->next;
        Py_XDECREF((PyObject *)each->holds);
        free(each);
        each = next;
    }
}

/* In. */

static bool bound(PyObject *given, value *to)
{
    if (given == Py_None) {
        to->kind = NOTHING;
    } else if (PyLong_Check(given)) {
        to->kind = NUMBER;
        to->as.number = PyLong_AsLongLong(given);
        return to->as.number != -1 || !PyErr_Occurred();
    } else if (PyUnicode_Check(given)) {
        Py_ssize_t size;
        const char *at = PyUnicode_AsUTF8AndSize(given, &size);
        if (at == NULL)
            return false;
        *to = (value){.kind = TEXT, .as.octets = {at, (int)size}};
    } else if (PyBytes_Check(given)) {
        *to = (value){.kind = OCTETS,
                      .as.octets = {PyBytes_AS_STRING(given), (int)PyBytes_GET_SIZE(given)}};
    } else if (PyFloat_Check(given)) {
        to->kind = REAL;
        to->as.real = PyFloat_AS_DOUBLE(given);
    } else {
        PyErr_Format(PyExc_TypeError, "a %s can't be bound", Py_TYPE(given)->tp_name);
        return false;
    }
    return true;
}

static int number_of(Hand *self, PyObject *text)
{
    PyObject *known = PyDict_GetItemWithError(self->known, text);
    if (known != NULL)
        return (int)PyLong_AsLong(known);
    Py_ssize_t size;
    const char *at = PyErr_Occurred() ? NULL : PyUnicode_AsUTF8AndSize(text, &size);
    if (at == NULL)
        return -1;
    int number = writing_know(&self->writing, at, (int)size);
    PyObject *kept = number < 0 ? PyErr_NoMemory() : PyLong_FromLong(number);
    if (kept == NULL || PyDict_SetItem(self->known, text, kept) != 0)
        number = -1; /* the text is kept by the dictionary, or is not used */
    Py_XDECREF(kept);
    return number;
}

static work *work_of(Hand *self, PyObject *text, PyObject *given)
{
    PyObject *values = given == NULL ? PyTuple_New(0) : PySequence_Fast(given, "no values");
    if (values == NULL)
        return NULL;
    Py_ssize_t count = PySequence_Fast_GET_SIZE(values);
    work *one = calloc(1, sizeof *one + (size_t)count * sizeof(value));
    if (one == NULL) {
        Py_DECREF(values);
        PyErr_NoMemory();
        return NULL;
    }
    one->holds = values;
    one->expect = -1;
    one->count = (int)count;
    one->statement = number_of(self, text);
    bool fits = one->statement >= 0;
    for (Py_ssize_t each = 0; fits && each < count; each++)
        fits = bound(PySequence_Fast_GET_ITEM(values, each), &one->values[each]);
    if (!fits) {
        Py_DECREF(values);
        free(one);
        return NULL;
    }
    return one;
}

/* Out. */

static void raise_fault(Hand *self)
{
    writing *from = &self->writing;
    PyErr_SetString(from->code == SQLITE_CONSTRAINT ? self->conflict : self->fault, from->message);
}

static PyObject *read_value(Hand *self, const value *one)
{
    PyObject *read;
    switch (one->kind) {
    case NUMBER:
        return PyLong_FromLongLong(one->as.number);
    case REAL:
        return PyFloat_FromDouble(one->as.real);
    case OCTETS:
        return PyBytes_FromStringAndSize(one->as.octets.at, one->as.octets.size);
    case TEXT:
        read = PyUnicode_DecodeUTF8(one->as.octets.at, one->as.octets.size, NULL);
        if (read == NULL) {
            PyErr_Clear();
            PyErr_SetString(self->fault, "Could not decode to UTF-8 what is in the database");
        }
        return read;
    case NOTHING:
        break;
    }
    Py_RETURN_NONE;
}

/* Give it, wait for it, and take its answer, or how many rows it touched. */
static PyObject *through(Hand *self, work *one, bool counts)
{
    PyObject *said = NULL;
    one->waited_for = true;
    writing_add(&self->writing, one);
    Py_BEGIN_ALLOW_THREADS
    writing_await(&self->writing, one);
    Py_END_ALLOW_THREADS
    if (self->writing.failed)
        raise_fault(self);
    else
        said = counts ? PyLong_FromLongLong(one->changes) : read_value(self, &one->answer);
    if (one->answer.kind == TEXT || one->answer.kind == OCTETS)
        free((char *)one->answer.as.octets.at);
    Py_XDECREF((PyObject *)one->holds);
    free(one);
    let_go(self);
    return said;
}

static PyObject *asked(Hand *self, PyObject *const *given, Py_ssize_t count, bool counts)
{
    if (count < 1 || count > 2 || !PyUnicode_Check(given[0])) {
        PyErr_SetString(PyExc_TypeError, "a text, and values");
        return NULL;
    }
    if (!is_open(self))
        return NULL;
    work *one = work_of(self, given[0], count > 1 ? given[1] : NULL);
    return one == NULL ? NULL : through(self, one, counts);
}

static PyObject *hand_ask(Hand *self, PyObject *const *given, Py_ssize_t count)
{
    return asked(self, given, count, false);
}

static PyObject *hand_count(Hand *self, PyObject *const *given, Py_ssize_t count)
{
    return asked(self, given, count, true);
}

static PyObject *hand_post(Hand *self, PyObject *const *given, Py_ssize_t count)
{
    if (count < 2 || count > 3 || !PyUnicode_Check(given[0])) {
        PyErr_SetString(PyExc_TypeError, "a text, values, and how many rows are expected");
        return NULL;
    }
    if (!is_open(self))
        return NULL;
    work *one = work_of(self, given[0], given[1]);
    if (one == NULL)
        return NULL;
    if (count > 2 && given[2] != Py_None)
        one->expect = PyLong_AsLongLong(given[2]);
    writing_add(&self->writing, one);
    Py_RETURN_NONE;
}

static work *ending(int how)
{
    work *one = calloc(1, sizeof *one);
    if (one == NULL)
        PyErr_NoMemory();
    else
        one->statement = how;
    return one;
}

/* How the transaction ended; the next one begins anew. */
static PyObject *outcome(Hand *self)
{
    bool failed = self->writing.failed, unsure = self->writing.unsure;
    if (failed)
        raise_fault(self);
    self->writing.failed = self->writing.unsure = false;
    return failed ? NULL : PyBool_FromLong(!unsure);
}

static PyObject *end(Hand *self, int how)
{
    work *one = is_open(self) ? ending(how) : NULL;
    if (one == NULL)
        return NULL;
    PyObject *said = through(self, one, true);
    Py_XDECREF(said);
    PyErr_Clear();
    return outcome(self);
}

static PyObject *hand_commit(Hand *self, PyObject *Py_UNUSED(nothing))
{
    return end(self, END);
}

static PyObject *hand_rollback(Hand *self, PyObject *Py_UNUSED(nothing))
{
    PyObject *said = end(self, UNDO);
    if (said == NULL && self->writing.running)
        PyErr_Clear(); /* what failed was told when it did */
    Py_XDECREF(said);
    if (PyErr_Occurred())
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *hand_commit_later(Hand *self, PyObject *Py_UNUSED(nothing))
{
    work *one = is_open(self) ? ending(END) : NULL;
    if (one == NULL)
        return NULL;
    writing_add(&self->writing, one);
    Py_RETURN_NONE;
}

static PyObject *hand_ended(Hand *self, PyObject *Py_UNUSED(nothing))
{
    uint64_t times;
    if (!is_open(self))
        return NULL;
    (void)!read(self->writing.ended, &times, sizeof times);
    pthread_mutex_lock(&self->writing.lock);
    bool settled = self->writing.settled;
    self->writing.settled = false;
    pthread_mutex_unlock(&self->writing.lock);
    let_go(self);
    if (!settled)
        Py_RETURN_NONE;
    return outcome(self);
}

static PyObject *hand_fileno(Hand *self, PyObject *Py_UNUSED(nothing))
{
    return PyLong_FromLong(self->writing.ended);
}

static PyObject *hand_close(Hand *self, PyObject *Py_UNUSED(nothing))
{
    if (self->writing.running) {
        Py_BEGIN_ALLOW_THREADS
        writing_close(&self->writing);
        Py_END_ALLOW_THREADS
    }
    let_go(self);
    Py_RETURN_NONE;
}

static PyObject *hand_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(named))
{
    const char *path;
    PyObject *fault, *conflict;
    if (!PyArg_ParseTuple(args, "sOO", &path, &fault, &conflict))
        return NULL;
    Hand *self = (Hand *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->writing.ended = -1;
    self->known = PyDict_New();
    self->fault = Py_NewRef(fault);
    self->conflict = Py_NewRef(conflict);
    if (self->known == NULL || !writing_open(&self->writing, &found, path)) {
        if (!PyErr_Occurred())
            PyErr_SetString(fault, self->writing.failed ? self->writing.message
                                                        : "unable to open database file");
        writing_close(&self->writing);
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static void hand_dealloc(Hand *self)
{
    Py_XDECREF(hand_close(self, NULL));
    Py_XDECREF(self->known);
    Py_XDECREF(self->fault);
    Py_XDECREF(self->conflict);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

#define FAST(function) ((PyCFunction)(void (*)(void))(function))

static PyMethodDef hand_methods[] = {
    {"ask", FAST(hand_ask), METH_FASTCALL, "The first value that a statement gives."},
    {"count", FAST(hand_count), METH_FASTCALL, "How many rows a statement touches."},
    {"post", FAST(hand_post), METH_FASTCALL, "A statement to be run; whoever gives it goes on."},
    {"commit", (PyCFunction)hand_commit, METH_NOARGS, "End it, now; False: not as expected."},
    {"rollback", (PyCFunction)hand_rollback, METH_NOARGS, "Undo it, if anything is to be undone."},
    {"commit_later", (PyCFunction)hand_commit_later, METH_NOARGS, "End it, and go on."},
    {"ended", (PyCFunction)hand_ended, METH_NOARGS, "How it ended; None: it has not."},
    {"fileno", (PyCFunction)hand_fileno, METH_NOARGS, "Readable when one has ended later."},
    {"close", (PyCFunction)hand_close, METH_NOARGS, "Do what was given, and let go of the file."},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject HandType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "chappe.native.hand.Hand",
    .tp_basicsize = sizeof(Hand),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = "Hand(path, fault, conflict): writes into a database.",
    .tp_new = hand_new,
    .tp_dealloc = (destructor)hand_dealloc,
    .tp_methods = hand_methods,
};

/* `load(name)`: whether that library is loaded already, has all that is used, and may be used by
   several threads. */
static PyObject *load(PyObject *Py_UNUSED(module), PyObject *name)
{
    const char *as = PyUnicode_AsUTF8(name);
    if (as == NULL)
        return NULL;
    void *loaded = dlopen(as, RTLD_NOW | RTLD_NOLOAD);
    if (loaded == NULL)
        Py_RETURN_FALSE;
#define LOOK_UP(name, gives, takes) \
    if ((*(void **)&found.name = dlsym(loaded, "sqlite3_" #name)) == NULL) \
        Py_RETURN_FALSE;
    CALLS(LOOK_UP)
#undef LOOK_UP
    return PyBool_FromLong(found.threadsafe() != 0);
}

static PyMethodDef functions[] = {
    {"load", load, METH_O, "Use that library, if it is loaded and has all that it takes."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "chappe.native.hand",
    .m_doc = "Statements run in a thread that never waits for the interpreter's lock.",
    .m_size = -1,
    .m_methods = functions,
};

PyMODINIT_FUNC PyInit_hand(void)
{
    PyObject *made = PyModule_Create(&module);
    if (made == NULL || PyModule_AddType(made, &HandType) != 0) {
        Py_XDECREF(made);
        return NULL;
    }
    return made;
}
