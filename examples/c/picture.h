// What a country has to take as true, by what it was told, in order. No MQTT in here.
// Copy this file beside receive.c. What stands is kept as it was read, in maps of cJSON.
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static cJSON *active, *ended;  // maps: by event, source and kind; by event and source

static const char *text(const cJSON *in, const char *name) {
  const char *found = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(in, name));
  return found ? found : "";
}

static double when(const char *rfc3339) {  // seconds since 1970; 0 for what is no time
  struct tm at = {0};
  double s;
  char sign;
  int hours, minutes;
  if (sscanf(rfc3339, "%d-%d-%dT%d:%d:%lf%c%d:%d", &at.tm_year, &at.tm_mon, &at.tm_mday,
             &at.tm_hour, &at.tm_min, &s, &sign, &hours, &minutes) < 9) return 0;
  at.tm_year -= 1900, at.tm_mon -= 1;
  return timegm(&at) + s - (sign == '-' ? -60 : 60) * (hours * 60 + minutes);
}

// End what a cancel or all-clear is about; where areas remain, the rest goes on.
static const char *end(const cJSON *message, const char *event, const char *source, double at) {
  const cJSON *data = cJSON_GetObjectItemCaseSensitive(message, "data");
  const cJSON *rest = cJSON_GetObjectItemCaseSensitive(data, "remaining");
  char named[2048], wanted[256], over[1024];
  int found = 0;
  snprintf(named, sizeof named, " %s ", text(message, "references"));
  snprintf(over, sizeof over, "%s %s", event, source);
  for (cJSON *known = active->child, *after; known; known = after) {
    after = known->next;
    snprintf(wanted, sizeof wanted, " %s ", text(known, "message"));
    if (strcmp(text(known, "subject"), event) ||
        (strcmp(text(known, "source"), source) && !strstr(named, wanted))) continue;
    found = 1;
    if (rest) {
      cJSON *inside = cJSON_GetObjectItemCaseSensitive(known, "data");
      cJSON_DeleteItemFromObjectCaseSensitive(inside, "areas");
      cJSON_AddItemToObject(inside, "areas", cJSON_Duplicate(rest, 1));
      continue;
    }
    char other[1024];
    snprintf(other, sizeof other, "%s %s", event, text(known, "source"));
    cJSON_DeleteItemFromObjectCaseSensitive(ended, other);
    cJSON_AddNumberToObject(ended, other, at);
    cJSON_Delete(cJSON_DetachItemViaPointer(active, known));
  }
  if (!rest) {
    cJSON_DeleteItemFromObjectCaseSensitive(ended, over);
    cJSON_AddNumberToObject(ended, over, at);
  }
  return found ? "" : " UNMATCHED: it ends nothing that is known";
}

// Fold a message into the picture; return what is strange about it.
static const char *fold(const cJSON *message) {
  char kind[32] = "", act[32] = "", key[1024], over[1024], asked[40];
  const char *event = text(message, "subject"), *source = text(message, "source");
  const char *state = text(cJSON_GetObjectItemCaseSensitive(message, "data"), "state");
  double at = when(text(message, "time")), due = when(text(message, "due"));
  sscanf(text(message, "type"), "exercise.%31[^.].%31[^.]", kind, act);
  for (cJSON *known = active->child, *after; known; known = after) {
    after = known->next;
    if (*text(known, "expires") && when(text(known, "expires")) <= due)
      cJSON_Delete(cJSON_DetachItemViaPointer(active, known));
  }
  snprintf(asked, sizeof asked, " %s ", kind);
  // Over when it is reported, or of a kind that is newer than this program.
  if (!strstr(" launch track impact alert meeting agreement ", asked)) return "";
  if (!strcmp(act, "cancel") || !strcmp(act, "all-clear")) return end(message, event, source, at);
  snprintf(over, sizeof over, "%s %s", event, source);
  snprintf(key, sizeof key, "%s %s %s", event, source, kind);
  const cJSON *was = cJSON_GetObjectItemCaseSensitive(ended, over);
  if (was && at < was->valuedouble) return " LATE: it is over";
  const cJSON *known = cJSON_GetObjectItemCaseSensitive(active, key);
  if (known && at < when(text(known, "time"))) return " LATE: something newer stands";
  cJSON_DeleteItemFromObjectCaseSensitive(active, key);
  snprintf(asked, sizeof asked, " %s ", state);
  if (!*state || !strstr(" held cancelled not-held ended ", asked))
    cJSON_AddItemToObject(active, key, cJSON_Duplicate(message, 1));
  return "";
}
