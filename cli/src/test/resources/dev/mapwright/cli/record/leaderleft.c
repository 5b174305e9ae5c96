/* The first thread leaves, and another one ends the process. */
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static void *end(void *argument) {
  usleep(10000);
  mmap(NULL, 3 << 12, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  exit(7);
  return argument;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, end, NULL);
  pthread_exit(NULL);
}
