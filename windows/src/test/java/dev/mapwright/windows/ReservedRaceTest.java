package dev.mapwright.windows;

import static dev.mapwright.windows.abi.MappingAddressFlags.MM_MAPPING_ADDRESS_DIVISIBLE;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_CACHED;
import static dev.mapwright.windows.reserved.ReservedCalls.mmAllocateMappingAddress;
import static dev.mapwright.windows.reserved.ReservedCalls.mmAllocateMappingAddressEx;
import static dev.mapwright.windows.reserved.ReservedCalls.mmFreeMappingAddress;
import static dev.mapwright.windows.reserved.ReservedCalls.mmMapLockedPagesWithReservedMapping;
import static dev.mapwright.windows.reserved.ReservedCalls.mmUnmapReservedMapping;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.context.NtContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two processors at one reservation: one wins, as if one had come after the other. */
class ReservedRaceTest extends RaceTest {
  private static final long BYTES = 2 * PAGE;

  private long base;
  private long mdl;
  private long otherMdl;

  private void stage() {
    base = mmAllocateMappingAddress(c, BYTES, TAG);
    mdl = lockedMdl(BYTES, 0);
    otherMdl = lockedMdl(BYTES, 0);
  }

  private static void map(NtContext x, long where, long what) {
    mmMapLockedPagesWithReservedMapping(x, where, TAG, what, MM_CACHED);
  }

  private static void unmap(NtContext x, long where, long what) {
    mmUnmapReservedMapping(x, where, TAG, what);
  }

  private int mapped(long address) {
    long entry = kernel.systemPtes().translation().entry(Pages.of(address));
    return TranslationEntry.present(entry) ? 1 : 0;
  }

  private void reuse() {
    setFlags(mdl, MDL_PAGES_LOCKED);
    setFlags(otherMdl, MDL_PAGES_LOCKED);
  }

  /** Whatever was the outcome, the reservation is mapped whole or not at all, and can be used. */
  private void empty() {
    assertThat(mapped(base + PAGE)).isEqualTo(mapped(base));
    if (mapped(base) == 1) {
      carriedOut(() -> unmap(c, base, mdl));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {Irql.PASSIVE_LEVEL, Irql.DISPATCH_LEVEL})
  void mappingAndUnmappingFollowOneAnother(int irql) {
    level = irql;
    race(
        this::stage,
        () -> {
          reuse();
          int before = random.nextInt(2);
          if (before == 1) {
            carriedOut(() -> map(c, base, mdl));
            reuse();
          }
          both(() -> map(c, base, mdl), () -> unmap(other, base, mdl));
          int made = succeeded(c) ? 1 : 0;
          int removed = succeeded(other) ? 1 : 0;
          assertThat(mapped(base)).isEqualTo(before + made - removed);
          assertThat(before == 1 ? removed : made).isEqualTo(1);
          empty();
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {Irql.PASSIVE_LEVEL, Irql.DISPATCH_LEVEL})
  void ofTwoMappingsAndOfTwoUnmappingsOneWins(int irql) {
    level = irql;
    race(
        this::stage,
        () -> {
          reuse();
          both(() -> map(c, base, mdl), () -> map(other, base, otherMdl));
          assertThat(succeeded(c)).isNotEqualTo(succeeded(other));
          long shown =
              TranslationEntry.pfn(kernel.systemPtes().translation().entry(Pages.of(base + PAGE)));
          assertThat(shown).isEqualTo(pfn(succeeded(c) ? mdl : otherMdl, 1));
          both(() -> unmap(c, base, mdl), () -> unmap(other, base, otherMdl));
          assertThat(succeeded(c)).isNotEqualTo(succeeded(other));
          assertThat(mapped(base)).isZero();
          empty();
        });
  }

  /** Freeing is not allowed at DISPATCH_LEVEL. */
  @ParameterizedTest
  @ValueSource(ints = {Irql.PASSIVE_LEVEL, Irql.APC_LEVEL})
  void aReservationIsMappedOrFreedAndNeverBoth(int irql) {
    level = irql;
    race(
        this::stage,
        () -> {
          reuse();
          long mine = mmAllocateMappingAddress(c, BYTES, TAG);
          both(() -> map(c, mine, mdl), () -> mmFreeMappingAddress(other, mine, TAG));
          assertThat(succeeded(c)).isNotEqualTo(succeeded(other));
          if (succeeded(c)) {
            both(() -> unmap(c, mine, mdl), () -> mmFreeMappingAddress(other, mine, TAG));
            assertThat(succeeded(c)).isTrue();
            if (!succeeded(other)) {
              carriedOut(() -> mmFreeMappingAddress(c, mine, TAG));
            }
          }
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {Irql.PASSIVE_LEVEL, Irql.DISPATCH_LEVEL})
  void partsOfADivisibleReservationAreIndependentUnlessTheyOverlap(int irql) {
    level = irql;
    race(
        () -> {
          stage();
          base = mmAllocateMappingAddressEx(c, 2 * BYTES, TAG, MM_MAPPING_ADDRESS_DIVISIBLE);
        },
        () -> {
          reuse();
          long second = base + (1 + random.nextInt(2)) * PAGE;
          both(() -> map(c, base, mdl), () -> map(other, second, otherMdl));
          boolean first = succeeded(c);
          boolean rival = succeeded(other);
          assertThat(first && rival).isEqualTo(second == base + BYTES);
          assertThat(first || rival).isTrue();
          both(() -> unmap(c, base, mdl), () -> unmap(other, second, otherMdl));
          assertThat(succeeded(c)).isEqualTo(first);
          assertThat(succeeded(other)).isEqualTo(rival);
          assertThat(mapped(base) + mapped(base + PAGE) + mapped(base + BYTES)).isZero();
        });
  }
}
