/* Asks libical what it thinks of calendar objects: each file given must parse without an error, break no rule of RFC 5545
   and RFC 5546 (icalrestriction_check), and have no line longer than 75 octets. Prints what is wrong; exits 1 then.
   Built and run by ops/check: cc ops/calendar.c -lical -o … */
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *whole(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    char *text = calloc(1, (size_t)size + 1);
    size_t read = text ? fread(text, 1, (size_t)size, file) : 0;
    fclose(file);
    return read == (size_t)size ? text : NULL;
}

static int lines(const char *path, const char *text)
{
    int wrong = 0;
    for (const char *line = text, *end; *line; line = end + 2) {
        end = strstr(line, "\r\n");
        if (!end || memchr(line, '\n', (size_t)(end - line)) || end - line > 75) {
            printf("%s: a line that isn't one: %.80s\n", path, line);
            wrong = 1;
        }
        if (!end) break;
    }
    return wrong;
}

/* libical writes what it objects to into the object, as X-LIC-ERROR; rules also give the whole object up (0). */
static int object(const char *path, const char *text)
{
    icalcomponent *root = icalparser_parse_string(text);
    int wrong = !root || icalcomponent_isa(root) != ICAL_VCALENDAR_COMPONENT;
    if (root) {
        wrong |= !icalrestriction_check(root);
        wrong |= icalcomponent_count_errors(root) > 0;
    }
    if (wrong) printf("%s: refused\n%s\n", path, root ? icalcomponent_as_ical_string(root) : text);
    return wrong;
}

int main(int count, char **paths)
{
    int wrong = count < 2;
    icalerror_set_errors_are_fatal(0);
    for (int i = 1; i < count; i++) {
        char *text = whole(paths[i]);
        if (!text) {
            printf("%s: can't be read\n", paths[i]);
            wrong = 1;
            continue;
        }
        wrong |= lines(paths[i], text) | object(paths[i], text);
        free(text);
    }
    return wrong;
}
