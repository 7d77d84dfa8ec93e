/* The PDUs that come by the thousand, and the receipts in them: what links/smpp/pdus/quick.py and
   links/smpp/meaning/receipt.py do, several times faster. Whatever is not as usual is None here too,
   and goes the long way. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum {
    HEADER = 16,
    ID_MOST = 64,
    SM_MOST = 254,
    ADDRESS_MOST = 20,
    FRAME_MOST = 1024, /* of a message without its TLVs; it has less */
    FIELDS = 17,
};

typedef unsigned char octet;

/* The mandatory fields of 4.4.1 in their order: 0 is an octet, else the most that a text holds. The
   last one is the text itself, which has its length before it. */
static const octet LAYOUT[FIELDS] = {5, 0, 0, 20, 0, 0, 20, 0, 0, 0, 16, 16, 0, 0, 0, 0, 0};
static const char *const NAMES[FIELDS] = {
    "service_type", "source_addr_ton", "source_addr_npi", "source_addr", "dest_addr_ton",
    "dest_addr_npi", "destination_addr", "esm_class", "protocol_id", "priority_flag",
    "schedule_delivery_time", "validity_period", "registered_delivery",
    "replace_if_present_flag", "data_coding", "sm_default_msg_id", "short_message",
};
static PyObject *names[FIELDS], *command, *status_of, *message_id;

typedef struct {
    PyObject_HEAD
    uint16_t numbers[65536], texts[65536]; /* tag -> the octets of a number, the most of a text */
    PyObject *messages, *answers;          /* command -> kind */
    PyObject *written;                     /* kind -> whether it is a message */
} Frames;

/* In. */

static uint32_t number_at(const octet *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static PyObject *text_of(const octet *at, Py_ssize_t size)
{
    return PyUnicode_DecodeLatin1((const char *)at, size, NULL);
}

static PyObject *tlv_value(Frames *self, unsigned tag, const octet *at, unsigned size)
{
    if (self->numbers[tag] != 0 && self->numbers[tag] == size) {
        uint64_t value = 0;
        for (unsigned each = 0; each < size; each++)
            value = value << 8 | at[each];
        return PyLong_FromUnsignedLongLong(value);
    }
    if (0 < size && size <= self->texts[tag] && memchr(at, 0, size) == at + size - 1)
        return text_of(at, size - 1);
    return PyBytes_FromStringAndSize((const char *)at, size);
}

/* NULL without an exception where they are not whole. */
static PyObject *read_tlvs(Frames *self, const octet *at, const octet *end)
{
    Py_ssize_t count = 0;
    for (const octet *each = at; each < end; count++) {
        if (end - each < 4)
            return NULL;
        unsigned size = (unsigned)each[2] << 8 | each[3];
        if (end - each - 4 < size)
            return NULL;
        each += 4 + size;
    }
    PyObject *all = PyTuple_New(count);
    for (Py_ssize_t place = 0; all != NULL && place < count; place++) {
        unsigned tag = (unsigned)at[0] << 8 | at[1], size = (unsigned)at[2] << 8 | at[3];
        PyObject *value = tlv_value(self, tag, at + 4, size);
        PyObject *one = value == NULL ? NULL : Py_BuildValue("(IN)", tag, value);
        if (one == NULL) {
            Py_CLEAR(all);
            break;
        }
        PyTuple_SET_ITEM(all, place, one);
        at += 4 + size;
    }
    return all;
}

static PyObject *read_message(Frames *self, PyObject *kind, const octet *raw, Py_ssize_t whole)
{
    const octet *at = raw + HEADER, *end = raw + whole;
    PyObject *given[3 + FIELDS] = {NULL}, *made = NULL;
    for (int field = 0; field < FIELDS - 1; field++) {
        if (LAYOUT[field] == 0) {
            if (at >= end)
                goto done;
            given[3 + field] = PyLong_FromLong(*at++);
        } else {
            Py_ssize_t most = end - at < LAYOUT[field] + 1 ? end - at : LAYOUT[field] + 1;
            const octet *stop = most > 0 ? memchr(at, 0, (size_t)most) : NULL;
            if (stop == NULL)
                goto done;
            given[3 + field] = text_of(at, stop - at);
            at = stop + 1;
        }
        if (given[3 + field] == NULL)
            goto done;
    }
    if (at >= end)
        goto done;
    Py_ssize_t size = *at++;
    if (size > SM_MOST || end - at < size)
        goto done;
    if ((given[2] = read_tlvs(self, at + size, end)) == NULL)
        goto done;
    given[2 + FIELDS] = PyBytes_FromStringAndSize((const char *)at, size);
    given[0] = PyLong_FromUnsignedLong(number_at(raw + 12));
    given[1] = PyLong_FromUnsignedLong(number_at(raw + 8));
    if (given[0] != NULL && given[1] != NULL && given[2 + FIELDS] != NULL)
        made = PyObject_Vectorcall(kind, given, 3 + FIELDS, NULL);
done:
    for (int each = 0; each < 3 + FIELDS; each++)
        Py_XDECREF(given[each]);
    return made;
}

static PyObject *read_answer(PyObject *kind, const octet *raw, Py_ssize_t whole)
{
    Py_ssize_t size = whole - HEADER - 1;
    if (size < 0 || size > ID_MOST || memchr(raw + HEADER, 0, (size_t)size + 1) != raw + whole - 1)
        return NULL;
    PyObject *given[4] = {
        PyLong_FromUnsignedLong(number_at(raw + 12)),
        PyLong_FromUnsignedLong(number_at(raw + 8)),
        PyTuple_New(0),
        text_of(raw + HEADER, size),
    };
    PyObject *made = NULL;
    if (given[0] != NULL && given[1] != NULL && given[2] != NULL && given[3] != NULL)
        made = PyObject_Vectorcall(kind, given, 4, NULL);
    for (int each = 0; each < 4; each++)
        Py_XDECREF(given[each]);
    return made;
}

static PyObject *frames_read(Frames *self, PyObject *frame)
{
    if (!PyBytes_Check(frame) || PyBytes_GET_SIZE(frame) < HEADER)
        Py_RETURN_NONE;
    const octet *raw = (const octet *)PyBytes_AS_STRING(frame);
    Py_ssize_t whole = PyBytes_GET_SIZE(frame);
    if (number_at(raw) != whole)
        Py_RETURN_NONE;
    PyObject *key = PyLong_FromUnsignedLong(number_at(raw + 4)), *made = NULL, *kind;
    if (key == NULL)
        return NULL;
    if ((kind = PyDict_GetItemWithError(self->messages, key)) != NULL)
        made = read_message(self, kind, raw, whole);
    else if (!PyErr_Occurred() && (kind = PyDict_GetItemWithError(self->answers, key)) != NULL)
        made = read_answer(kind, raw, whole);
    Py_DECREF(key);
    if (made == NULL && !PyErr_Occurred())
        Py_RETURN_NONE;
    return made;
}

/* Out. */

typedef struct {
    octet *at;
    const octet *end;
} pen;

static bool put_number(pen *to, PyObject *value, int size)
{
    unsigned long number = PyLong_Check(value) ? PyLong_AsUnsignedLong(value) : (unsigned long)-1;
    if (PyErr_Occurred() || number > 0xFFFFFFFF || (size == 1 && number > 0xFF) ||
        to->end - to->at < size)
        return false;
    for (int shift = 8 * (size - 1); shift >= 0; shift -= 8)
        *to->at++ = (octet)(number >> shift);
    return true;
}

static bool put_text(pen *to, PyObject *value, Py_ssize_t most)
{
    if (!PyUnicode_Check(value) || PyUnicode_READY(value) != 0 ||
        PyUnicode_KIND(value) != PyUnicode_1BYTE_KIND)
        return false;
    Py_ssize_t size = PyUnicode_GET_LENGTH(value);
    const void *letters = PyUnicode_1BYTE_DATA(value);
    if (size > most || to->end - to->at < size + 1 || memchr(letters, 0, (size_t)size) != NULL)
        return false;
    memcpy(to->at, letters, (size_t)size);
    to->at += size;
    *to->at++ = 0;
    return true;
}

static bool put_octets(pen *to, PyObject *value)
{
    if (!PyBytes_Check(value) || PyBytes_GET_SIZE(value) > SM_MOST ||
        to->end - to->at < PyBytes_GET_SIZE(value) + 1)
        return false;
    *to->at++ = (octet)PyBytes_GET_SIZE(value);
    memcpy(to->at, PyBytes_AS_STRING(value), (size_t)PyBytes_GET_SIZE(value));
    to->at += PyBytes_GET_SIZE(value);
    return true;
}

static bool put_field(pen *to, PyObject *pdu, PyObject *name, int how, int size)
{
    PyObject *value = PyObject_GetAttr(pdu, name);
    bool fits = value != NULL && (how == 't'   ? put_text(to, value, size)
                                  : how == 'n' ? put_number(to, value, size)
                                               : put_octets(to, value));
    Py_XDECREF(value);
    return fits;
}

/* `write(pdu, sequence, tlvs)`: tlvs are the octets of what follows. */
static PyObject *frames_write(Frames *self, PyObject *const *given, Py_ssize_t count)
{
    if (count != 3 || !PyBytes_Check(given[2])) {
        PyErr_SetString(PyExc_TypeError, "write(pdu, sequence, tlvs)");
        return NULL;
    }
    PyObject *pdu = given[0], *tail = given[2];
    PyObject *kind = PyDict_GetItemWithError(self->written, (PyObject *)Py_TYPE(pdu));
    if (kind == NULL) {
        if (PyErr_Occurred())
            return NULL;
        Py_RETURN_NONE;
    }
    octet frame[FRAME_MOST];
    pen to = {frame + 4, frame + sizeof frame};
    bool fits = put_field(&to, pdu, command, 'n', 4) && put_field(&to, pdu, status_of, 'n', 4) &&
                put_number(&to, given[1], 4);
    if (kind == Py_True)
        for (int field = 0; fits && field < FIELDS; field++) {
            bool last = field == FIELDS - 1;
            int how = last ? 'o' : LAYOUT[field] == 0 ? 'n' : 't';
            fits = put_field(&to, pdu, names[field], how, how == 'n' ? 1 : LAYOUT[field]);
        }
    else /* one that says no goes without a body, and that is the long way */
        fits = fits && number_at(frame + 8) == 0 && PyBytes_GET_SIZE(tail) == 0 &&
               put_field(&to, pdu, message_id, 't', ID_MOST);
    if (!fits) {
        PyErr_Clear(); /* what does not fit is worded the long way */
        Py_RETURN_NONE;
    }
    Py_ssize_t size = to.at - frame, whole = size + PyBytes_GET_SIZE(tail);
    PyObject *out = PyBytes_FromStringAndSize(NULL, whole);
    if (out == NULL)
        return NULL;
    for (int each = 0; each < 4; each++)
        frame[each] = (octet)((uint32_t)whole >> (24 - 8 * each));
    memcpy(PyBytes_AS_STRING(out), frame, (size_t)size);
    memcpy(PyBytes_AS_STRING(out) + size, PyBytes_AS_STRING(tail), (size_t)(whole - size));
    return out;
}

static bool fill(uint16_t *sizes, PyObject *from)
{
    PyObject *tag, *size;
    Py_ssize_t place = 0;
    while (PyDict_Next(from, &place, &tag, &size)) {
        unsigned long at = PyLong_AsUnsignedLong(tag), most = PyLong_AsUnsignedLong(size);
        if (PyErr_Occurred() || at > 0xFFFF || most > 0xFFFF) {
            if (!PyErr_Occurred())
                PyErr_SetString(PyExc_ValueError, "no tag or size");
            return false;
        }
        sizes[at] = (uint16_t)most;
    }
    return true;
}

static PyObject *frames_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(named))
{
    PyObject *numbers, *texts, *messages, *answers, *written;
    if (!PyArg_ParseTuple(args, "O!O!O!O!O!", &PyDict_Type, &numbers, &PyDict_Type, &texts,
                          &PyDict_Type, &messages, &PyDict_Type, &answers, &PyDict_Type, &written))
        return NULL;
    Frames *self = (Frames *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->messages = Py_NewRef(messages);
    self->answers = Py_NewRef(answers);
    self->written = Py_NewRef(written);
    if (!fill(self->numbers, numbers) || !fill(self->texts, texts))
        Py_CLEAR(self);
    return (PyObject *)self;
}

static void frames_dealloc(Frames *self)
{
    Py_XDECREF(self->messages);
    Py_XDECREF(self->answers);
    Py_XDECREF(self->written);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static PyMethodDef frames_methods[] = {
    {"read", (PyCFunction)frames_read, METH_O, "The PDU of a frame; None: the long way."},
    {"write", (PyCFunction)(void (*)(void))frames_write, METH_FASTCALL,
     "The frame of a PDU under a sequence number, with these octets of TLVs; None: the long way."},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject FramesType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "chappe.native.codecs.Frames",
    .tp_basicsize = sizeof(Frames),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = "Frames(numbers, texts, messages, answers, written)",
    .tp_new = frames_new,
    .tp_dealloc = (destructor)frames_dealloc,
    .tp_methods = frames_methods,
};

PyObject *receipt(PyObject *module, PyObject *octets); /* receipt.c */

static PyMethodDef functions[] = {
    {"receipt", receipt, METH_O, "The words of a receipt as appendix B has it, or None."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "chappe.native.codecs",
    .m_doc = "PDUs and receipts to values and back.",
    .m_size = -1,
    .m_methods = functions,
};

static bool intern(PyObject **word, const char *as)
{
    return (*word = PyUnicode_InternFromString(as)) != NULL;
}

PyMODINIT_FUNC PyInit_codecs(void)
{
    for (int field = 0; field < FIELDS; field++)
        if (!intern(&names[field], NAMES[field]))
            return NULL;
    if (!intern(&command, "command") || !intern(&status_of, "status") ||
        !intern(&message_id, "message_id"))
        return NULL;
    PyObject *made = PyModule_Create(&module);
    if (made == NULL || PyModule_AddType(made, &FramesType) != 0) {
        Py_XDECREF(made);
        return NULL;
    }
    return made;
}
