package dev.mapwright.sim.tables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Access;
import dev.mapwright.core.machine.Hook;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.sim.SimulatedMachine;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The sets of hooks, compared with a list that is looked through. */
class HookSetTest {
  private static final Access[] KINDS = Access.values();

  /** Addresses below 64, and as many at the end of all. */
  private static long address(Random random) {
    return random.nextInt(128) - 64L;
  }

  @Test
  void what_is_found_is_what_looking_at_each_finds() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      try (SimulatedMachine machine = SimulatedMachine.create(1 << 20)) {
        Translation translation = Objects.requireNonNull(machine.newTranslation(0, 100));
        PageTables tables = (PageTables) translation;
        List<PlacedHook> live = new ArrayList<>();
        for (int step = 0; step < 200; step++) {
          if (live.isEmpty() || random.nextInt(3) != 0) {
            live.add(set(tables, random));
          } else {
            Hook gone = live.remove(random.nextInt(live.size()));
            gone.close();
            gone.close();
          }
          assertAlike(tables.hooks(), live, random);
        }
        live.forEach(Hook::close);
        assertThat(tables.hooks()).isSameAs(HookSet.NONE);
      }
    }
  }

  private static PlacedHook set(PageTables tables, Random random) {
    long first = address(random);
    long last = random.nextInt(8) == 0 ? address(random) : first + random.nextInt(4);
    boolean ordered = Long.compareUnsigned(first, last) <= 0;
    Hook hook =
        tables.hook(
            ordered ? first : last,
            ordered ? last : first,
            kinds(random),
            (cpu, access, address, bytes, value) -> true);
    return (PlacedHook) hook;
  }

  private static Set<Access> kinds(Random random) {
    return random.nextBoolean()
        ? Set.of(KINDS[random.nextInt(3)])
        : EnumSet.complementOf(EnumSet.of(KINDS[random.nextInt(3)]));
  }

  private static void assertAlike(HookSet hooks, List<PlacedHook> live, Random random) {
    long first = address(random);
    long last = first + random.nextInt(9);
    if (Long.compareUnsigned(first, last) > 0) {
      return;
    }
    Access one = KINDS[random.nextInt(3)];
    Access other = KINDS[random.nextInt(3)];
    List<PlacedHook> expected =
        live.stream()
            .filter(hook -> meets(hook, one, first, last) || meets(hook, other, first, last))
            .toList();
    assertThat(hooks.concerned(one, other, first, last)).containsExactlyElementsOf(expected);
    assertThat(hooks.concern(one, first, last))
        .isEqualTo(live.stream().anyMatch(hook -> meets(hook, one, first, last)));
  }

  private static boolean meets(PlacedHook hook, Access kind, long first, long last) {
    for (long at = first; ; at++) {
      if (hook.kinds().contains(kind)
          && Long.compareUnsigned(at, hook.firstAddress()) >= 0
          && Long.compareUnsigned(at, hook.lastAddress()) <= 0) {
        return true;
      }
      if (at == last) {
        return false;
      }
    }
  }
}
