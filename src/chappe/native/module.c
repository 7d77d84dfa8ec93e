/* What the thread tells, given to the protocols of its lines in batches. */

#include "module.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static PyObject *connection_made, *connection_lost, *data_received, *eof_received, *resume_writing;
PyObject *pause_writing, *peername;

static void faulted(Port *self, Line *of)
{
    PyObject *kind, *fault, *trace;
    PyErr_Fetch(&kind, &fault, &trace);
    PyErr_NormalizeException(&kind, &fault, &trace);
    if (trace != NULL)
        PyException_SetTraceback(fault, trace);
    PyObject *said = PyObject_CallOneArg(self->report, fault);
    if (said == NULL)
        PyErr_WriteUnraisable(self->report);
    Py_XDECREF(said);
    Py_XDECREF(kind);
    Py_XDECREF(fault);
    Py_XDECREF(trace);
    if (of != NULL)
        Py_XDECREF(line_set(of, true));
}

static void call(Port *self, Line *to, PyObject *what, PyObject *with)
{
    PyObject *given[] = {to->protocol, with};
    PyObject *said = PyObject_VectorcallMethod(what, given, with == NULL ? 1 : 2, NULL);
    if (said == NULL)
        faulted(self, to);
    Py_XDECREF(said);
}

static void welcome(Port *self, event *told)
{
    line *one = told->line;
    PyObject *protocol = PyObject_CallNoArgs(told->listener->speaker);
    Line *to = protocol == NULL ? NULL : line_object(self, one, protocol);
    if (to == NULL) {
        faulted(self, NULL);
        LOCK(self);
        one->closing = one->aborted = true;
        bool wake = line_touch(&self->port, one);
        UNLOCK(self);
        if (wake)
            port_wake(&self->port);
    } else {
        call(self, to, connection_made, (PyObject *)to);
    }
    Py_XDECREF(to);
    Py_XDECREF(protocol);
}

static void farewell(Port *self, line *one, int fault)
{
    Line *to = one->owner;
    if (one->resumed) { /* nobody hears what was held back */
        line **at = &self->port.resumed;
        while (*at != one)
            at = &(*at)->resumed_next;
        *at = one->resumed_next;
        if (*at == NULL)
            self->port.resumed_end = at;
    }
    line_free(one);
    if (to == NULL)
        return;
    to->line = NULL;
    to->gone = true;
    PyObject *with = NULL;
    if (fault != 0)
        with = PyObject_CallFunction(PyExc_OSError, "is", fault, strerror(fault));
    if (fault != 0 && with == NULL)
        faulted(self, NULL);
    call(self, to, connection_lost, with == NULL ? Py_None : with);
    Py_XDECREF(with);
    Py_CLEAR(to->protocol);
    Py_DECREF(to);
}

static void hand_over(Port *self, event *told)
{
    Line *to = told->line->owner;
    if (to == NULL || to->gone)
        return; /* who has closed hears no more */
    Py_INCREF(to);
    if (told->kind == HEARD) {
        PyObject *octets = PyBytes_FromStringAndSize(told->octets, (Py_ssize_t)told->size);
        if (octets == NULL)
            faulted(self, to);
        else
            call(self, to, data_received, octets);
        Py_XDECREF(octets);
    } else if (told->kind == ENDED) {
        PyObject *stays = PyObject_VectorcallMethod(eof_received, &to->protocol, 1, NULL);
        if (stays == NULL)
            faulted(self, to);
        else if (!PyObject_IsTrue(stays))
            Py_XDECREF(line_set(to, false));
        Py_XDECREF(stays);
    } else if (to->write_paused) {
        to->write_paused = false;
        call(self, to, resume_writing, NULL);
    }
    Py_DECREF(to);
}

static void give_what_was_held(Port *self)
{
    port *port = &self->port;
    while (port->resumed != NULL) {
        line *one = port->resumed;
        port->resumed = one->resumed_next;
        if (port->resumed == NULL)
            port->resumed_end = &port->resumed;
        one->resumed = false;
        while (one->held.first != NULL && !one->deaf) {
            event *told = one->held.first;
            one->held.first = told->next;
            if (told->next == NULL)
                one->held.end = &one->held.first;
            hand_over(self, told); /* which never frees the line: that takes a LOST */
            free(told);
        }
    }
}

static event *take(Port *self)
{
    port *port = &self->port;
    bool wake = false;
    LOCK(self);
    event *first = port->inbox.first;
    port->inbox.first = NULL;
    port->inbox.end = &port->inbox.first;
    port->came = 0;
    port->told_us = false;
    for (event *each = first; each != NULL; each = each->next) {
        line *of = each->line;
        if (each->kind != HEARD)
            continue;
        of->unheard -= each->size;
        port->unheard -= each->size;
        if (of->full && of->unheard == 0) {
            of->full = false;
            wake |= line_touch(port, of);
        }
    }
    while (port->choked != NULL && port->unheard < UNHEARD_ALL / 2) {
        line *of = port->choked;
        port->choked = of->full_next;
        of->choked = false;
        wake |= line_touch(port, of);
    }
    UNLOCK(self);
    if (wake)
        port_wake(port);
    return first;
}

static PyObject *port_deliver(Port *self, PyObject *Py_UNUSED(nothing))
{
    uint64_t times;
    if (self->delivering || self->shut)
        Py_RETURN_NONE;
    self->delivering = true;
    (void)!read(self->port.for_us, &times, sizeof times);
    give_what_was_held(self);
    event *told = take(self);
    while (told != NULL) {
        event *next = told->next;
        line *one = told->line;
        switch (told->kind) {
        case CAME:
            welcome(self, told);
            break;
        case LOST:
            farewell(self, one, told->fault);
            break;
        case HEARD:
        case ENDED:
            if (one->deaf || one->held.first != NULL) {
                events_add(&one->held, told);
                told = NULL;
                break;
            }
            /* fall through */
        case EASED:
            hand_over(self, told);
            break;
        }
        free(told);
        told = next;
    }
    self->delivering = false;
    Py_RETURN_NONE;
}

/* The port. */

static PyObject *port_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(named))
{
    PyObject *report;
    long nap_us;
    if (!PyArg_ParseTuple(args, "Ol", &report, &nap_us))
        return NULL;
    Port *self = (Port *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->report = Py_NewRef(report);
    int fault = port_open(&self->port, nap_us * 1000);
    if (fault != 0) {
        Py_DECREF(self);
        errno = fault;
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    return (PyObject *)self;
}

static PyObject *port_shut_all(Port *self, PyObject *Py_UNUSED(nothing))
{
    if (self->shut || self->delivering)
        Py_RETURN_NONE;
    self->shut = true;
    Py_BEGIN_ALLOW_THREADS
    port_close(&self->port);
    Py_END_ALLOW_THREADS
    for (event *each = self->port.inbox.first; each != NULL;) {
        event *next = each->next;
        if (each->kind == LOST)
            farewell(self, each->line, each->fault);
        free(each);
        each = next;
    }
    self->port.inbox.first = NULL;
    while (self->port.lines != NULL) {
        line *one = self->port.lines;
        self->port.lines = one->next;
        farewell(self, one, 0);
    }
    for (listener *each = self->port.listeners; each != NULL;) {
        listener *next = each->next;
        Py_DECREF((PyObject *)each->speaker);
        free(each);
        each = next;
    }
    self->port.listeners = NULL;
    Py_RETURN_NONE;
}

static void port_dealloc(Port *self)
{
    self->delivering = false;
    Py_XDECREF(port_shut_all(self, NULL));
    Py_XDECREF(self->report);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static PyObject *port_fileno(Port *self, PyObject *Py_UNUSED(nothing))
{
    return PyLong_FromLong(self->port.for_us);
}

static bool is_open(Port *self)
{
    if (self->shut)
        PyErr_SetString(PyExc_RuntimeError, "the port is closed");
    return !self->shut;
}

static PyObject *port_listen_on(Port *self, PyObject *args)
{
    int fd;
    PyObject *speaker;
    if (!PyArg_ParseTuple(args, "iO", &fd, &speaker) || !is_open(self))
        return NULL;
    listener *who = calloc(1, sizeof *who);
    if (who == NULL)
        return PyErr_NoMemory();
    who->what = A_LISTENER;
    who->fd = fd;
    who->speaker = Py_NewRef(speaker);
    if (!port_listen(&self->port, who))
        return PyErr_SetFromErrno(PyExc_OSError);
    return PyCapsule_New(who, "chappe.native.listener", NULL);
}

static PyObject *port_listen_no_more(Port *self, PyObject *token)
{
    listener *who = PyCapsule_GetPointer(token, "chappe.native.listener");
    if (who == NULL)
        return NULL;
    if (!self->shut)
        port_shut(&self->port, who);
    Py_RETURN_NONE;
}

static PyObject *port_adopt_one(Port *self, PyObject *args)
{
    int fd;
    PyObject *protocol;
    if (!PyArg_ParseTuple(args, "iO", &fd, &protocol) || !is_open(self))
        return NULL;
    line *one = line_new(fd);
    if (one == NULL)
        return PyErr_NoMemory();
    socklen_t size = sizeof one->peer;
    /* Whoever has hung up already has no name any more; the thread will say that they have. */
    (void)!getpeername(fd, (struct sockaddr *)&one->peer, &size);
    Line *to = line_object(self, one, protocol);
    if (to == NULL) {
        line_free(one);
        return NULL;
    }
    port_adopt(&self->port, one);
    PyObject *said = PyObject_CallMethodOneArg(protocol, connection_made, (PyObject *)to);
    if (said == NULL)
        faulted(self, to);
    Py_XDECREF(said);
    return (PyObject *)to;
}

static PyMethodDef port_methods[] = {
    {"fileno", (PyCFunction)port_fileno, METH_NOARGS, "Readable when `deliver` is to be called."},
    {"deliver", (PyCFunction)port_deliver, METH_NOARGS, "Give the protocols what has come."},
    {"listen", (PyCFunction)port_listen_on, METH_VARARGS,
     "Take in who comes to this listening socket, which is the port's from here on; each is given "
     "what `speaker` makes as its protocol. A token for `deafen`."},
    {"deafen", (PyCFunction)port_listen_no_more, METH_O, "Take in nobody any more."},
    {"adopt", (PyCFunction)port_adopt_one, METH_VARARGS,
     "Take over a connected socket that waits for nothing."},
    {"close", (PyCFunction)port_shut_all, METH_NOARGS, "Cut all, and end the thread."},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject PortType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "chappe.native.Port",
    .tp_basicsize = sizeof(Port),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = "Port(report, nap_us): a thread that reads and writes sockets.",
    .tp_new = port_new,
    .tp_dealloc = (destructor)port_dealloc,
    .tp_methods = port_methods,
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "chappe.native.sockets",
    .m_doc = "Sockets read and written outside of the interpreter's lock.",
    .m_size = -1,
};

PyMODINIT_FUNC PyInit_sockets(void)
{
    struct {
        PyObject **word;
        const char *as;
    } words[] = {
        {&connection_made, "connection_made"}, {&connection_lost, "connection_lost"},
        {&data_received, "data_received"},     {&eof_received, "eof_received"},
        {&pause_writing, "pause_writing"},     {&resume_writing, "resume_writing"},
        {&peername, "peername"},
    };
    for (size_t at = 0; at < sizeof words / sizeof *words; at++)
        if ((*words[at].word = PyUnicode_InternFromString(words[at].as)) == NULL)
            return NULL;
    PyObject *made = PyModule_Create(&module);
    if (made == NULL || PyModule_AddType(made, &LineType) != 0 ||
        PyModule_AddType(made, &PortType) != 0) {
        Py_XDECREF(made);
        return NULL;
    }
    return made;
}
