/* Threads that map, protect and unmap at once, and one that is still there at the exit. */
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static void *work(void *argument) {
  for (int i = 0; i < 50; i++) {
    char *area = mmap(NULL, 8 << 12, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(area + (2 << 12), 2 << 12, PROT_READ);
    munmap(area, i % 2 == 0 ? 8 << 12 : 1 << 12);
    free(malloc(200000));
  }
  return argument;
}

static void *stay(void *argument) {
  for (;;) {
    char *area = mmap(NULL, 4 << 12, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(area, 4 << 12);
  }
  return argument;
}

int main(void) {
  pthread_t threads[4], last;
  for (int i = 0; i < 4; i++) {
    pthread_create(&threads[i], NULL, work, NULL);
  }
  for (int i = 0; i < 4; i++) {
    pthread_join(threads[i], NULL);
  }
  pthread_create(&last, NULL, stay, NULL);
  usleep(20000);
  return 0;
}
