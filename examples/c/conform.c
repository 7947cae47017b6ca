// What feed.h and picture.h take as true, for: feed conform -- ./conform
// It reads JSON Lines and answers each with what stands: docs/conformance.md.
//
//     cc -o conform conform.c -lcjson
#define _GNU_SOURCE
#include <unistd.h>
#include "feed.h"

int main(void) {
  char *line = NULL;
  size_t size = 0;
  FILE *answers = fdopen(dup(1), "w");
  if (!freopen("/dev/null", "w", stdout)) return 1;  // what it shows
  while (getline(&line, &size, stdin) > 0) {
    cJSON *said = cJSON_Parse(line), *list = cJSON_CreateArray(), *answer = cJSON_CreateObject();
    if (cJSON_HasObjectItem(said, "stream")) begin("", 0);
    cJSON *payload = cJSON_DetachItemFromObject(said, "payload");
    if (payload && cJSON_HasObjectItem(payload, "specversion")) take(payload);
    else cJSON_Delete(payload);
    for (cJSON *each = active->child; each; each = each->next) {
      char kind[64] = "", name[400];
      sscanf(text(each, "type"), "exercise.%63[^.]", kind);
      if (!strcmp(kind, "track") || !strcmp(kind, "impact")) strcpy(kind, "launch");
      snprintf(name, sizeof name, "%s/%s", kind, text(each, "subject"));
      int there = 0;
      for (cJSON *one = list->child; one; one = one->next) there |= !strcmp(one->valuestring, name);
      if (!there) cJSON_AddItemToArray(list, cJSON_CreateString(name));
    }
    cJSON_AddItemToObject(answer, "active", list);
    cJSON_AddNumberToObject(answer, "shown", feed.next - 1);
    char *told = cJSON_PrintUnformatted(answer);
    fprintf(answers, "%s\n", told), fflush(answers);
    free(told), cJSON_Delete(answer), cJSON_Delete(said);
  }
}
