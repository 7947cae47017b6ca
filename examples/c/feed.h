// Puts one country's feed in order: each message once, whatever comes twice, late or not at all.
// Copy this file and picture.h beside receive.c.
#include "picture.h"

static struct {
  char run[65];
  long epoch, next;  // the number that is shown next
  cJSON *held;       // what came ahead of a gap, by its number
} feed;

static void begin(const char *run, long epoch) {  // time has jumped, and nothing stands any longer
  snprintf(feed.run, sizeof feed.run, "%s", run);
  feed.epoch = epoch, feed.next = 1;
  cJSON **maps[] = {&feed.held, &active, &ended};
  for (int n = 0; n < 3; n++) cJSON_Delete(*maps[n]), *maps[n] = cJSON_CreateObject();
}

static long number(const cJSON *in, const char *name) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(in, name);
  return cJSON_IsString(item) ? atol(item->valuestring) : cJSON_IsNumber(item) ? item->valueint : 0;
}

static int follows(const cJSON *said) {
  int later = strcmp(text(said, "run"), feed.run);
  long epoch = number(said, "epoch");
  if (later > 0 || (later == 0 && epoch > feed.epoch)) begin(text(said, "run"), epoch);
  return !strcmp(text(said, "run"), feed.run) && epoch == feed.epoch;
}

// Messages come twice, late or out of order; each is shown once, in order.
static void take(cJSON *message) {
  char key[24];
  int wanted = !strcmp(text(message, "status"), "Exercise") && follows(message);
  snprintf(key, sizeof key, "%ld", number(message, "sequence"));
  if (!wanted || number(message, "sequence") < feed.next ||
      cJSON_HasObjectItem(feed.held, key)) { cJSON_Delete(message); return; }
  cJSON_AddItemToObject(feed.held, key, message);
  for (;; feed.next++) {
    snprintf(key, sizeof key, "%ld", feed.next);
    cJSON *one = cJSON_DetachItemFromObject(feed.held, key);
    if (!one) return;
    const char *note = fold(one);
    printf("EXERCISE %ld.%ld %s %s%s\n", feed.epoch, feed.next, text(one, "type"),
           text(one, "subject"), note);
    cJSON_Delete(one);
  }
}

static int by_name(const void *a, const void *b) { return strcmp(*(char **)a, *(char **)b); }

// Take in how far the player is; return the last number of what has to be asked for, 0 if nothing.
static long missing(const cJSON *head) {
  long last = number(head, "sequence"), count = 0;
  if (!follows(head)) return 0;
  if (feed.next <= last) {
    for (cJSON *each = feed.held->child; each; each = each->next)
      if (atol(each->string) - 1 < last) last = atol(each->string) - 1;
    return last;
  }
  if (!cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(head, "final"))) return 0;
  const char *names[cJSON_GetArraySize(active) + 1];
  for (cJSON *each = active->child; each; each = each->next)
    names[count++] = text(each, "subject");
  qsort(names, count, sizeof *names, by_name);
  printf("EXERCISE %ld complete: %ld, active: [", feed.epoch, last);
  for (long n = 0, shown = 0; n < count; n++)
    if (!n || strcmp(names[n], names[n - 1])) printf("%s'%s'", shown++ ? ", " : "", names[n]);
  printf("]\n");
  return 0;
}
