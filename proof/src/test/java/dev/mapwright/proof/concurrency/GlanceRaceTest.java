package dev.mapwright.proof.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Permissions;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.FoundMapping;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.MappingInfo;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.proof.contract.Substrate;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Look-ups take no lock when nobody changes anything; here somebody always does. Each mapping's tag
 * says what else must be true of it, so an answer that was put together from two states is seen.
 */
class GlanceRaceTest {
  private static final long PAGES = 600;
  private static final long REST_PAGES = 40;
  private static final long WAIT_NANOS = 20_000_000_000L;

  private final AtomicLong answers = new AtomicLong();

  /** What a mapping of these fields is given. */
  private static int tag(long first, long last, long objectPage, int permissions) {
    long mixed = ((first * 31 + last) * 31 + objectPage) * 31 + permissions;
    return (int) (mixed ^ mixed >>> 20) | 1;
  }

  private void check(MappingInfo info, MemoryObject one, MemoryObject other) {
    int expected = tag(info.firstPage(), info.lastPage(), info.objectPage(), info.permissions());
    assertThat(info.tag()).as("%s", info).isEqualTo(expected);
    // Which object and region it is says the parity of its first page.
    assertThat(info.object()).as("%s", info).isSameAs((info.firstPage() & 1) == 0 ? one : other);
    assertThat(info.maximum()).isEqualTo(Permissions.READ_WRITE);
    answers.incrementAndGet();
  }

  @Test
  void an_answer_is_never_of_two_states() {
    try (RaceWorld world = new RaceWorld(Substrate.concurrent().findFirst().orElseThrow())) {
      MemoryObject one = world.object(2 * PAGES);
      MemoryObject other = world.object(2 * PAGES);
      long first = RaceWorld.AT;
      long last = first + PAGES - 1;
      world.racers.loop("changes", () -> changes(world, one, other, first));
      world.racers.loop(
          "asks",
          () -> {
            FoundMapping found = new FoundMapping();
            Random random = new Random();
            for (int i = 0; i < 2_000; i++) {
              long page = first + random.nextLong(PAGES);
              if (world.space.firstMapping(page, last, found)) {
                assertThat(found.lastPage()).isGreaterThanOrEqualTo(page);
                check(found.info(), one, other);
              }
              MappingInfo covering = world.space.mappingOf(page);
              if (covering != null) {
                assertThat(page).isBetween(covering.firstPage(), covering.lastPage());
                check(covering, one, other);
              }
              if (world.space.mappingFrom(page, found)) {
                assertThat(found.firstPage()).isEqualTo(page);
                check(found.info(), one, other);
              }
            }
          });
      long until = System.nanoTime() + WAIT_NANOS;
      world.racers.await(() -> answers.get() > 1_000_000 || System.nanoTime() > until);
      assertThat(answers.get()).isPositive();
    }
  }

  private static void changes(
      RaceWorld world, MemoryObject one, MemoryObject other, long firstPage) {
    Random random = new Random();
    MapRequest request = new MapRequest();
    Region root = world.space.root();
    for (int i = 0; i < 1_000; i++) {
      boolean dense = random.nextInt(4) != 0;
      long at = firstPage + random.nextLong(PAGES - REST_PAGES);
      long pages = dense ? 1 : 1 + random.nextLong(REST_PAGES);
      // No mapping is cut, or what is left of it would have a tag that is not true any more.
      unmapAround(world, at);
      unmapAround(world, at + pages - 1);
      root.unmap(at, pages).orThrow();
      if (random.nextBoolean()) {
        long objectPage = random.nextLong(PAGES);
        int permissions = random.nextBoolean() ? Permissions.READ : Permissions.READ_WRITE;
        request.clear().object((at & 1) == 0 ? one : other, objectPage).pages(pages);
        request.permissions(permissions).maximum(Permissions.READ_WRITE);
        request.tag(tag(at, at + pages - 1, objectPage, permissions)).where().at(at);
        root.map(request).orThrow();
      }
    }
  }

  private static void unmapAround(RaceWorld world, long page) {
    MappingInfo there = world.space.mappingOf(page);
    if (there != null) {
      world.space.root().unmap(there.firstPage(), there.pages()).orThrow();
    }
  }

  @Test
  void a_region_s_number_that_is_given_out_again_is_not_taken_for_the_old_one() {
    try (RaceWorld world = new RaceWorld(Substrate.concurrent().findFirst().orElseThrow())) {
      MemoryObject object = world.object(4);
      world.racers.loop(
          "makes regions",
          () -> {
            for (int i = 0; i < 200; i++) {
              RegionRequest wanted = new RegionRequest().pages(4).capability(Permissions.ALL);
              wanted.where().at(RaceWorld.AT + (i & 7) * 4L);
              world.space.root().allocate(wanted).orThrow();
              MapRequest request = new MapRequest().object(object, 0).pages(1);
              request.where().at(wanted.region().firstPage());
              wanted.region().map(request).orThrow();
              wanted.region().destroy().orThrow();
            }
          });
      world.racers.loop(
          "asks",
          () -> {
            FoundMapping found = new FoundMapping();
            for (int i = 0; i < 2_000; i++) {
              if (world.space.mappingFrom(RaceWorld.AT + (i & 7) * 4L, found)) {
                assertThat(found.region().firstPage()).isEqualTo(found.firstPage());
                answers.incrementAndGet();
              }
            }
          });
      long until = System.nanoTime() + WAIT_NANOS / 10;
      world.racers.await(() -> answers.get() > 20_000 || System.nanoTime() > until);
    }
  }
}
