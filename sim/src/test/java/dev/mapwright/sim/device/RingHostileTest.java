package dev.mapwright.sim.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.sim.device.DmaWorld.Wiring;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The ring device and drivers that write what they like into its memory and its registers. */
class RingHostileTest {
  private static final int ROUNDS = 400;

  /** Mostly right, so that what is wrong is met everywhere and not at the first step only. */
  private static void scribble(Random random, DmaWorld world, RingDriver driver) {
    boolean loops = random.nextInt(8) == 0;
    for (int i = 0; i < driver.entries; i++) {
      long entry = driver.entryAt(i);
      world.putLong(entry, random.nextInt(300) == 0 ? random.nextLong() : 1L + random.nextInt(2));
      world.putLong(entry + 8, random.nextInt(4) == 0 ? random.nextLong() : random.nextInt(64));
      world.putLong(entry + 16, address(random, driver));
      world.putLong(entry + 24, random.nextInt(900) == 0 ? random.nextLong() : 0);
    }
    for (long at = driver.lists; at < driver.lists + 4096; at += 32) {
      boolean last = random.nextInt(loops ? 80 : 3) == 0;
      int bytes = 512 * (1 + random.nextInt(8));
      if (random.nextInt(60) == 0) {
        bytes = random.nextBoolean() ? random.nextInt() : bytes + 1;
      }
      int flags = random.nextInt(200) == 0 ? random.nextInt() : last ? 0 : 1;
      driver.putDescriptor(at, data(random, driver), bytes, flags, address(random, driver));
    }
  }

  private static long address(Random random, RingDriver driver) {
    return switch (random.nextInt(300)) {
      case 0 -> random.nextLong();
      case 1 -> -1L - random.nextInt(64);
      default -> driver.lists + 32L * random.nextInt(128);
    };
  }

  /** Sometimes its own lists, which it then writes itself. */
  private static long data(Random random, RingDriver driver) {
    return switch (random.nextInt(60)) {
      case 0 -> random.nextLong();
      case 1 -> driver.lists;
      default -> driver.lists + 8192;
    };
  }

  private static void noise(Random random, DmaWorld world, RingDriver driver) {
    byte[] bytes = new byte[4096];
    random.nextBytes(bytes);
    world.put(driver.ring, bytes);
    random.nextBytes(bytes);
    world.put(driver.lists, bytes);
  }

  private static void poke(Random random, RingDevice disk) {
    int offset = 4 * random.nextInt(0x18);
    int value = random.nextBoolean() ? random.nextInt() : random.nextInt(16);
    disk.write(offset, random.nextBoolean() ? 4 : 8, value);
    disk.read(offset, 4);
  }

  @ParameterizedTest
  @EnumSource
  void whatever_is_in_memory_the_device_works_or_stops_and_never_throws(Wiring wiring) {
    Random random = new Random(wiring.ordinal() + 17);
    Map<RingError, Integer> seen = new EnumMap<>(RingError.class);
    int completed = 0;
    try (DmaWorld world = new DmaWorld(wiring, 3)) {
      RingDevice disk = new RingDevice("disk", 64, DmaWorld.REQUESTER, new DmaPolicy(0, 20, 1, 3));
      world.machine.plug(disk, RingDriver.BAR_PFN);
      RingDriver driver = new RingDriver(world, disk, 64);
      for (int round = 0; round < ROUNDS; round++) {
        disk.write(0x2C, 4, RingDriver.RESET);
        driver.start();
        if (round % 8 == 0) {
          noise(random, world, driver);
        } else {
          scribble(random, world, driver);
        }
        disk.write(0x30, 4, round % 16 == 1 ? random.nextInt() : 1 + random.nextInt(64));
        for (int step = 0; step < 20; step++) {
          world.machine.clock().advance(random.nextInt(30));
          if (round % 4 == 2) {
            poke(random, disk);
          } else if (round % 4 == 3) {
            scribble(random, world, driver); // while it reads
          }
        }
        world.rest();
        RingError error = driver.error();
        seen.merge(error, 1, Integer::sum);
        completed += driver.register(0x3C);
        assertThat(error == RingError.NONE || driver.register(0x2C) == 0).isTrue();
      }
    }
    assertThat(seen)
        .as("what was provoked")
        .containsKeys(
            RingError.INDEX,
            RingError.ENTRY,
            RingError.DESCRIPTOR,
            RingError.LIST,
            RingError.READING,
            RingError.LENGTH);
    assertThat(completed).isGreaterThan(100);
  }
}
