/* Lines, as asyncio's protocols know their transports. */

#include "module.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

static void touch(Line *self)
{
    bool wake = line_touch(&self->port->port, self->line);
    UNLOCK(self->port);
    if (wake)
        port_wake(&self->port->port);
}

static PyObject *peer_of(const struct sockaddr_storage *from)
{
    char host[INET6_ADDRSTRLEN];
    if (from->ss_family == AF_INET) {
        const struct sockaddr_in *four = (const struct sockaddr_in *)from;
        inet_ntop(AF_INET, &four->sin_addr, host, sizeof host);
        return Py_BuildValue("(si)", host, (int)ntohs(four->sin_port));
    }
    if (from->ss_family == AF_INET6) {
        const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)from;
        inet_ntop(AF_INET6, &six->sin6_addr, host, sizeof host);
        return Py_BuildValue("(siII)", host, (int)ntohs(six->sin6_port),
                             (unsigned)ntohl(six->sin6_flowinfo), (unsigned)six->sin6_scope_id);
    }
    Py_RETURN_NONE;
}

Line *line_object(Port *port, line *one, PyObject *protocol)
{
    Line *self = PyObject_New(Line, &LineType);
    if (self == NULL)
        return NULL;
    self->port = (Port *)Py_NewRef((PyObject *)port);
    self->line = one;
    self->protocol = Py_NewRef(protocol);
    self->write_paused = self->gone = false;
    self->peer = peer_of(&one->peer);
    if (self->peer == NULL) {
        self->line = NULL;
        Py_DECREF(self);
        return NULL;
    }
    one->owner = Py_NewRef((PyObject *)self); /* until the line is lost */
    return self;
}

static void line_dealloc(Line *self)
{
    Py_XDECREF(self->protocol);
    Py_XDECREF(self->peer);
    Py_DECREF(self->port);
    PyObject_Free(self);
}

static PyObject *line_write(Line *self, PyObject *octets)
{
    Py_buffer given;
    if (PyObject_GetBuffer(octets, &given, PyBUF_SIMPLE) != 0)
        return NULL;
    if (self->line == NULL || self->gone || given.len == 0) {
        PyBuffer_Release(&given);
        Py_RETURN_NONE;
    }
    piece *one = malloc(sizeof *one + (size_t)given.len);
    if (one == NULL) {
        PyBuffer_Release(&given);
        return PyErr_NoMemory();
    }
    one->next = NULL;
    one->size = (size_t)given.len;
    one->sent = 0;
    memcpy(one->octets, given.buf, one->size);
    PyBuffer_Release(&given);
    LOCK(self->port);
    if (self->line->dead) {
        UNLOCK(self->port);
        free(one);
        Py_RETURN_NONE;
    }
    *self->line->out_end = one;
    self->line->out_end = &one->next;
    self->line->owed += one->size;
    bool high = self->line->owed > OWED_HIGH && !self->write_paused;
    if (high)
        self->line->tight = true;
    touch(self);
    if (high) {
        self->write_paused = true;
        return PyObject_VectorcallMethod(pause_writing, &self->protocol, 1, NULL);
    }
    Py_RETURN_NONE;
}

PyObject *line_set(Line *self, bool aborted)
{
    self->gone = true;
    if (self->line == NULL)
        Py_RETURN_NONE;
    LOCK(self->port);
    self->line->closing = true;
    self->line->aborted |= aborted;
    touch(self);
    Py_RETURN_NONE;
}

static PyObject *line_close(Line *self, PyObject *Py_UNUSED(nothing))
{
    return line_set(self, false);
}

static PyObject *line_abort(Line *self, PyObject *Py_UNUSED(nothing))
{
    return line_set(self, true);
}

static PyObject *line_write_eof(Line *self, PyObject *Py_UNUSED(nothing))
{
    if (self->line == NULL || self->gone)
        Py_RETURN_NONE;
    LOCK(self->port);
    self->line->ending = true;
    touch(self);
    Py_RETURN_NONE;
}

static PyObject *line_can_write_eof(Line *Py_UNUSED(self), PyObject *Py_UNUSED(nothing))
{
    Py_RETURN_TRUE;
}

static PyObject *line_is_closing(Line *self, PyObject *Py_UNUSED(nothing))
{
    return PyBool_FromLong(self->gone);
}

static PyObject *line_pause(Line *self, PyObject *Py_UNUSED(nothing))
{
    if (self->line == NULL || self->gone)
        Py_RETURN_NONE;
    LOCK(self->port);
    self->line->deaf = true;
    touch(self);
    Py_RETURN_NONE;
}

static PyObject *line_resume(Line *self, PyObject *Py_UNUSED(nothing))
{
    line *one = self->line;
    if (one == NULL || self->gone)
        Py_RETURN_NONE;
    if (one->held.first != NULL && !one->resumed) {
        port *port = &self->port->port;
        one->resumed = true;
        one->resumed_next = NULL;
        *port->resumed_end = one;
        port->resumed_end = &one->resumed_next;
        tell_us(port);
    }
    LOCK(self->port);
    one->deaf = false;
    touch(self);
    Py_RETURN_NONE;
}

static PyObject *line_owed(Line *self, PyObject *Py_UNUSED(nothing))
{
    size_t owed = 0;
    if (self->line != NULL) {
        LOCK(self->port);
        owed = self->line->owed;
        UNLOCK(self->port);
    }
    return PyLong_FromSize_t(owed);
}

static PyObject *line_extra(Line *self, PyObject *const *given, Py_ssize_t count)
{
    if (count < 1) {
        PyErr_SetString(PyExc_TypeError, "get_extra_info() needs a name");
        return NULL;
    }
    if (PyUnicode_Check(given[0]) && PyUnicode_Compare(given[0], peername) == 0)
        return Py_NewRef(self->peer);
    return Py_NewRef(count > 1 ? given[1] : Py_None);
}

static PyMethodDef line_methods[] = {
    {"write", (PyCFunction)line_write, METH_O, "Send, after what is owed."},
    {"close", (PyCFunction)line_close, METH_NOARGS, "End it once what is owed is sent."},
    {"abort", (PyCFunction)line_abort, METH_NOARGS, "End it at once."},
    {"write_eof", (PyCFunction)line_write_eof, METH_NOARGS, "Say that nothing more will come."},
    {"can_write_eof", (PyCFunction)line_can_write_eof, METH_NOARGS, "True."},
    {"is_closing", (PyCFunction)line_is_closing, METH_NOARGS, "Whether its end was asked for."},
    {"pause_reading", (PyCFunction)line_pause, METH_NOARGS, "Give nothing to the protocol."},
    {"resume_reading", (PyCFunction)line_resume, METH_NOARGS, "Give again."},
    {"get_write_buffer_size", (PyCFunction)line_owed, METH_NOARGS, "Octets not yet sent."},
    {"get_extra_info", (PyCFunction)(void (*)(void))line_extra, METH_FASTCALL, "The peer's name."},
    {NULL, NULL, 0, NULL},
};

PyTypeObject LineType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "chappe.native.Line",
    .tp_basicsize = sizeof(Line),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_doc = "A connection, as asyncio's protocols know their transports.",
    .tp_dealloc = (destructor)line_dealloc,
    .tp_methods = line_methods,
};
