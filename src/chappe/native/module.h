/* The interpreter's side of a port. */

#ifndef CHAPPE_MODULE_H
#define CHAPPE_MODULE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "port.h"

typedef struct {
    PyObject_HEAD
    port port;
    PyObject *report; /* told of what a protocol raises */
    bool delivering, shut;
} Port;

typedef struct {
    PyObject_HEAD
    Port *port;
    line *line; /* NULL once it is lost */
    PyObject *protocol;
    PyObject *peer;
    bool write_paused, gone;
} Line;

extern PyTypeObject LineType;
extern PyObject *pause_writing, *peername; /* as Python has these words */

Line *line_object(Port *port, line *one, PyObject *protocol);
PyObject *line_set(Line *self, bool aborted); /* its end is asked for, at once or politely */

#define LOCK(self) pthread_mutex_lock(&(self)->port.lock)
#define UNLOCK(self) pthread_mutex_unlock(&(self)->port.lock)

#endif
