// A receiver of one country's feed: C, Eclipse Paho 1.3 and cJSON
// (Debian: libpaho-mqtt-dev libcjson-dev).
//
//     cc -o receive receive.c -lpaho-mqtt3c -lcjson
//     ./receive HOST PORT COUNTRY FILE
//
// It writes every message to FILE, and reads FILE when it starts again. Paho acknowledges before
// the program has a message; what is lost with a crash is missing then, and asked for.
#define _GNU_SOURCE
#include <MQTTClient.h>
#include <unistd.h>
#include "feed.h"

int main(int argc, char **argv) {
  char address[300], me[40], name[100], *line = NULL, *topic;
  size_t size = 0;
  int length;
  MQTTClient client;
  MQTTClient_message *came;
  MQTTClient_connectOptions options = MQTTClient_connectOptions_initializer;
  if (argc != 5) return fprintf(stderr, "receive HOST PORT COUNTRY FILE\n"), 2;
  const char *country = argv[3];
  FILE *file = fopen(argv[4], "a+");
  if (!file) return perror(argv[4]), 1;
  setlinebuf(stdout), setlinebuf(file), begin("", 0);
  for (rewind(file); getline(&line, &size, file) > 0;) take(cJSON_Parse(line));
  snprintf(address, sizeof address, "tcp://%s:%s", argv[1], argv[2]);
  snprintf(me, sizeof me, "my-%s-paho-c", country);  // fixed, your own: the broker keeps what comes
  MQTTClient_create(&client, address, me, MQTTCLIENT_PERSISTENCE_NONE, NULL);
  options.cleansession = 0, options.username = country, options.keepAliveInterval = 30;
  for (;;) {
    if (!MQTTClient_isConnected(client)) {
      const char *ends[] = {"feed/%s/#", "head/%s", "down/%s/%s"};
      if (MQTTClient_connect(client, &options)) { sleep(1); continue; }
      for (int n = 0; n < 3; n++) {
        int start = snprintf(name, sizeof name, "exercise/v1/+/");
        snprintf(name + start, sizeof name - start, ends[n], country, me);
        MQTTClient_subscribe(client, name, n == 0);  // the feed alone at QoS 1: brokers count all
      }
    }
    if (MQTTClient_receive(client, &topic, &length, &came, 1000) || !came) continue;
    cJSON *said = cJSON_ParseWithLength(came->payload, came->payloadlen);
    if (cJSON_HasObjectItem(said, "specversion")) {  // of the feed, or an answer, the same bytes
      char *written = cJSON_PrintUnformatted(said);
      fprintf(file, "%s\n", written), free(written);
      take(said), said = NULL;
    } else if (cJSON_HasObjectItem(said, "sequence")) {
      long last = missing(said);
      char *base = strstr(topic, "/head/"), asked[200], where[400];
      if (last && base) {
        snprintf(where, sizeof where, "%.*s/up/%s/history/%s", (int)(base - topic), topic, country,
                 me);
        snprintf(asked, sizeof asked, "{\"id\": \"gap\", \"client\": \"%s\", \"epoch\": %ld, "
                 "\"from\": %ld, \"to\": %ld}", me, feed.epoch, feed.next, last);
        MQTTClient_publish(client, where, strlen(asked), asked, 1, 0, NULL);
      }
    }
    cJSON_Delete(said);
    MQTTClient_freeMessage(&came), MQTTClient_free(topic);
  }
}
