package dev.mapwright.sim.iommu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.Iommu.TableKind;
import dev.mapwright.sim.AttachmentReport;
import dev.mapwright.sim.AttachmentReport.Ending;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.sim.format.TableFormat;
import dev.mapwright.sim.iommu.Attachment.Kind;
import dev.mapwright.sim.memory.Ram;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The words are spelled out here as the manual has them. */
class StructureWalkerTest {
  private static final int NONE = DmaFault.NO_PASID;

  /** Bus 2, device 19, function 5: an upper context table in scalable mode. */
  private static final int REQUESTER = 0x29D;

  private static final long LEGACY = 0x10_000;
  private static final long SCALABLE = 0x10_400;
  private static final long CONTEXTS = 0x20_000;
  private static final long DIRECTORY = 0x30_000;
  private static final long PASIDS = 0x40_000;
  private static final long NO_RAM = 1L << 40;

  /** The words that lead to an entry. */
  private static final long LEGACY_ROOT = 0x10_020;

  private static final long UPPER_ROOT = 0x10_028;
  private static final long LEGACY_CONTEXT = CONTEXTS + 16L * 0x9D;
  private static final long CONTEXT = CONTEXTS + 32L * 0x1D;

  private final SimulatedMachine machine = SimulatedMachine.builder().ram(0, 256).build();
  private final StructureWalker walker = new StructureWalker((Ram) machine.memory(), 48, 46);

  @AfterEach
  void close() {
    machine.close();
  }

  private void put(long at, long... words) {
    for (int i = 0; i < words.length; i++) {
      machine.memory().writeLong(at + 8L * i, words[i]);
    }
  }

  private void legacy() {
    put(LEGACY_ROOT, CONTEXTS | 1, 0);
    put(LEGACY_CONTEXT, 0x5_5001, 0x1702);
  }

  private void scalable(int pasid) {
    put(UPPER_ROOT, CONTEXTS | 1);
    put(CONTEXT, DIRECTORY | 0x409, 0, 0, 0);
    put(DIRECTORY + 8L * (pasid >>> 6), PASIDS | 1);
    put(PASIDS + 64L * (pasid & 63), 0x6_6089, 0x23, 0, 0, 0, 0, 0, 0);
  }

  private Attachment find(long register, int pasid) {
    return walker.find(register, REQUESTER, pasid);
  }

  private void assertRefused(long register, int pasid, VtdReason reason, int number) {
    Attachment found = find(register, pasid);
    assertThat(found.refusal).isEqualTo(reason);
    assertThat(reason.numberFor(register)).isEqualTo(number);
  }

  // ---- legacy mode

  @Test
  void a_legacy_context_entry_leads_to_second_stage_tables() {
    legacy();
    Attachment found = find(LEGACY, NONE);
    assertThat(found.refusal).isNull();
    assertThat(found.kind).isEqualTo(Kind.SECOND_STAGE);
    assertThat(found.levels).isEqualTo(4);
    assertThat(found.domain).isEqualTo(0x17);
    assertThat(found.rootPfn).isEqualTo(0x55);
    assertThat(found.marking).isFalse();
    put(LEGACY_CONTEXT, 0x9, 0x2702);
    assertThat(find(LEGACY, NONE).kind).isEqualTo(Kind.PASS_THROUGH);
    AttachmentReport report = machine.attachmentOf(LEGACY, REQUESTER, NONE, 48);
    assertThat(report.ending()).isEqualTo(Ending.PASS_THROUGH);
    assertThat(report.domain()).isEqualTo(0x27);
  }

  @Test
  void what_a_legacy_entry_can_be_refused_for() {
    assertRefused(LEGACY, NONE, VtdReason.ROOT_ABSENT, 0x1);
    assertRefused(LEGACY, 3, VtdReason.PASID_IN_LEGACY_MODE, 0x31);
    assertRefused(NO_RAM, NONE, VtdReason.ROOT_ACCESS, 0x8);
    legacy();
    put(LEGACY_ROOT, CONTEXTS | 3);
    assertRefused(LEGACY, NONE, VtdReason.ROOT_RESERVED, 0xA);
    put(LEGACY_ROOT, CONTEXTS | 1, 1);
    assertRefused(LEGACY, NONE, VtdReason.ROOT_RESERVED, 0xA);
    put(LEGACY_ROOT, CONTEXTS | 1 | 1L << 46, 0);
    assertRefused(LEGACY, NONE, VtdReason.ROOT_RESERVED, 0xA);
    put(LEGACY_ROOT, NO_RAM | 1);
    assertRefused(LEGACY, NONE, VtdReason.CONTEXT_ACCESS, 0x9);
    legacy();
    put(LEGACY_CONTEXT, 0x5_5000);
    assertRefused(LEGACY, NONE, VtdReason.CONTEXT_ABSENT, 0x2);
    for (int bit : new int[] {4, 11, 46, 63}) {
      put(LEGACY_CONTEXT, 0x5_5001 | 1L << bit, 0x1702);
      assertRefused(LEGACY, NONE, VtdReason.CONTEXT_RESERVED, 0xB);
    }
    for (int bit : new int[] {7, 24, 63}) {
      put(LEGACY_CONTEXT, 0x5_5001, 0x1702 | 1L << bit);
      assertRefused(LEGACY, NONE, VtdReason.CONTEXT_RESERVED, 0xB);
    }
    put(LEGACY_CONTEXT, 0x5_5001, 0x1702 | 0x78);
    assertThat(find(LEGACY, NONE).refusal).as("bits 6 to 3 are ignored").isNull();
    for (long kind : new long[] {1, 3}) {
      put(LEGACY_CONTEXT, 0x5_5001 | kind << 2, 0x1702);
      assertRefused(LEGACY, NONE, VtdReason.CONTEXT_INVALID, 0x3);
    }
    for (long width : new long[] {0, 3, 4, 7}) {
      put(LEGACY_CONTEXT, 0x5_5001, 0x1700 | width);
      assertRefused(LEGACY, NONE, VtdReason.CONTEXT_INVALID, 0x3);
    }
  }

  @Test
  void the_width_of_the_IOMMU_decides_which_depths_there_are() {
    legacy();
    int[] bits = {39, 48, 57};
    for (int width = 0; width < 3; width++) {
      for (int levels = 3; levels <= 5; levels++) {
        put(LEGACY_CONTEXT + 8, 0x1700 | levels - 2);
        boolean known = 12 + 9 * levels <= bits[width];
        Attachment found =
            new StructureWalker((Ram) machine.memory(), bits[width], 46)
                .find(LEGACY, REQUESTER, NONE);
        assertThat(found.refusal).isEqualTo(known ? null : VtdReason.CONTEXT_INVALID);
      }
    }
  }

  // ---- scalable mode

  @Test
  void a_scalable_context_entry_leads_to_the_entry_of_a_PASID() {
    scalable(0);
    Attachment found = find(SCALABLE, NONE);
    assertThat(found.refusal).isNull();
    assertThat(found.kind).isEqualTo(Kind.SECOND_STAGE);
    assertThat(found.levels).isEqualTo(4);
    assertThat(found.domain).isEqualTo(0x23);
    assertThat(found.rootPfn).isEqualTo(0x66);
    assertThat(found.marking).isFalse();
    put(PASIDS, 0x6_6289);
    assertThat(find(SCALABLE, NONE).marking).isTrue();
    scalable(0x1234);
    assertThat(find(SCALABLE, 0x1234).rootPfn).isEqualTo(0x66);
    put(CONTEXT + 8, 0x1234);
    assertThat(find(SCALABLE, NONE).pasid).as("RID_PASID").isEqualTo(0x1234);
    put(PASIDS + 64L * (0x1234 & 63), 0x41, 0x24, 0x7_7000);
    found = find(SCALABLE, 0x1234);
    assertThat(found.kind).isEqualTo(Kind.FIRST_STAGE);
    assertThat(found.levels).isEqualTo(4);
    assertThat(found.rootPfn).isEqualTo(0x77);
    put(PASIDS + 64L * (0x1234 & 63), 0x101);
    assertThat(find(SCALABLE, 0x1234).kind).isEqualTo(Kind.PASS_THROUGH);
  }

  @Test
  void what_a_scalable_entry_can_be_refused_for() {
    assertRefused(SCALABLE, NONE, VtdReason.ROOT_ABSENT, 0x39);
    assertRefused(SCALABLE | 0xC00, NONE, VtdReason.ROOT_ABSENT, 0x39);
    assertRefused(0x10_800, NONE, VtdReason.ROOT_MODE, 0x30);
    assertRefused(NO_RAM | 0x400, NONE, VtdReason.ROOT_ACCESS, 0x38);
    put(UPPER_ROOT, CONTEXTS | 0x801);
    assertRefused(SCALABLE, NONE, VtdReason.ROOT_RESERVED, 0x3A);
    put(UPPER_ROOT, NO_RAM | 1);
    assertRefused(SCALABLE, NONE, VtdReason.CONTEXT_ACCESS, 0x40);
    scalable(0);
    put(CONTEXT, DIRECTORY | 0x408);
    assertRefused(SCALABLE, NONE, VtdReason.CONTEXT_ABSENT, 0x41);
    for (int bit : new int[] {2, 4, 5, 8, 46, 63}) {
      put(CONTEXT, DIRECTORY | 0x409 | 1L << bit);
      assertRefused(SCALABLE, NONE, VtdReason.CONTEXT_RESERVED, 0x42);
    }
    put(CONTEXT, DIRECTORY | 0x409, 1L << 21);
    assertRefused(SCALABLE, NONE, VtdReason.CONTEXT_RESERVED, 0x42);
    put(CONTEXT, DIRECTORY | 0x409, 0, 0, 1);
    assertRefused(SCALABLE, NONE, VtdReason.CONTEXT_RESERVED, 0x42);
    put(CONTEXT, DIRECTORY | 0x401, 0, 0, 0);
    assertRefused(SCALABLE, 3, VtdReason.PASID_DISABLED, 0x45);
    assertThat(find(SCALABLE, NONE).refusal).isNull();
    put(CONTEXT, DIRECTORY | 0x9, 0x2000);
    assertRefused(SCALABLE, NONE, VtdReason.RID_PASID_INVALID, 0x48);
    assertRefused(SCALABLE, 0x2000, VtdReason.PASID_TOO_LARGE, 0x46);
    put(CONTEXT, NO_RAM | 0x409, 0);
    assertRefused(SCALABLE, NONE, VtdReason.DIRECTORY_ACCESS, 0x50);
  }

  @Test
  void what_the_entry_of_a_PASID_can_be_refused_for() {
    scalable(0);
    put(DIRECTORY, PASIDS);
    assertRefused(SCALABLE, NONE, VtdReason.DIRECTORY_ABSENT, 0x51);
    put(DIRECTORY, PASIDS | 5);
    assertRefused(SCALABLE, NONE, VtdReason.DIRECTORY_RESERVED, 0x52);
    put(DIRECTORY, NO_RAM | 1);
    assertRefused(SCALABLE, NONE, VtdReason.PASID_ACCESS, 0x58);
    put(DIRECTORY, PASIDS | 1);
    put(PASIDS, 0x6_6088);
    assertRefused(SCALABLE, NONE, VtdReason.PASID_ABSENT, 0x59);
    for (int bit : new int[] {10, 11, 46, 63}) {
      put(PASIDS, 0x6_6089 | 1L << bit);
      assertRefused(SCALABLE, NONE, VtdReason.PASID_RESERVED, 0x5A);
    }
    put(PASIDS, 0x6_6089, 0x23 | 1 << 16);
    assertRefused(SCALABLE, NONE, VtdReason.PASID_RESERVED, 0x5A);
    put(PASIDS, 0x6_6089, 0x23, 1 << 8);
    assertRefused(SCALABLE, NONE, VtdReason.PASID_RESERVED, 0x5A);
    put(PASIDS, 0x6_6089, 0x23, 0, 0, 0, 0, 0, 1);
    assertRefused(SCALABLE, NONE, VtdReason.PASID_RESERVED, 0x5A);
    scalable(0);
    for (long kind : new long[] {0, 3, 5, 6, 7}) {
      put(PASIDS, 0x6_6009 | kind << 6);
      assertRefused(SCALABLE, NONE, VtdReason.PASID_INVALID, 0x5B);
    }
    for (long width : new long[] {0, 3, 7}) {
      put(PASIDS, 0x6_6081 | width << 2);
      assertRefused(SCALABLE, NONE, VtdReason.PASID_INVALID, 0x5B);
    }
    for (long depth = 1; depth < 4; depth++) {
      put(PASIDS, 0x41, 0x23, depth << 2);
      assertRefused(SCALABLE, NONE, VtdReason.PASID_INVALID, 0x5B);
    }
  }

  @Test
  void entries_may_say_that_their_faults_are_not_to_be_told() {
    legacy();
    assertThat(find(LEGACY, NONE).quiet).isFalse();
    put(LEGACY_CONTEXT, 0x5_5003);
    assertThat(find(LEGACY, NONE).quiet).isTrue();
    put(LEGACY_CONTEXT, 0x5_5013);
    assertThat(find(LEGACY, NONE).quiet).as("also why it is refused").isTrue();
    put(LEGACY_ROOT, 0, 0);
    scalable(0);
    for (long at : new long[] {CONTEXT, DIRECTORY, PASIDS}) {
      scalable(0);
      put(at, machine.memory().readLong(at) | 2);
      assertThat(find(SCALABLE, NONE).quiet).isTrue();
    }
  }

  @Test
  void the_report_of_a_machine_says_the_same() {
    AttachmentReport report = machine.attachmentOf(LEGACY, REQUESTER, NONE, 48);
    assertThat(report.ending()).isEqualTo(Ending.NOT_ATTACHED);
    assertThat(report.hardwareReason()).isEqualTo(1);
    assertThat(report.format()).isNull();
    legacy();
    report = machine.attachmentOf(LEGACY, REQUESTER, NONE, 39);
    assertThat(report.ending()).isEqualTo(Ending.REFUSED);
    assertThat(report.hardwareReason()).isEqualTo(3);
    report = machine.attachmentOf(LEGACY, REQUESTER, NONE, 48);
    assertThat(report.ending()).isEqualTo(Ending.TABLES);
    assertThat(report.domain()).isEqualTo(0x17);
    assertThat(report.kind()).isEqualTo(TableKind.SECOND_STAGE);
    assertThat(report.format()).extracting(TableFormat::levels).isEqualTo(4);
    assertThat(report.rootPfn()).isEqualTo(0x55);
    put(LEGACY_ROOT, 0, 0);
    scalable(0);
    put(PASIDS, 0x41, 0x24, 0x7_7000);
    report = machine.attachmentOf(SCALABLE, REQUESTER, NONE, 48);
    assertThat(report.kind()).isEqualTo(TableKind.FIRST_STAGE);
    assertThat(report.rootPfn()).isEqualTo(0x77);
    for (int[] wrong :
        new int[][] {
          {-1, NONE, 48}, {0x1_0000, NONE, 48}, {1, -2, 48}, {1, 1 << 20, 48}, {1, 1, 40}
        }) {
      assertThatThrownBy(() -> machine.attachmentOf(LEGACY, wrong[0], wrong[1], wrong[2]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  // ---- hostile

  @Test
  void random_words_are_no_reason_to_fail() {
    Random random = new Random(1);
    Set<VtdReason> seen = EnumSet.noneOf(VtdReason.class);
    int found = 0;
    for (int round = 0; round < 400; round++) {
      for (long at = 0; at < 16 * 4096; at += 8) {
        long near = (long) random.nextInt(20) << 12;
        long word =
            switch ((at >>> 3 & 3) == 0 ? random.nextInt(6) : random.nextInt(9)) {
              case 0 -> random.nextLong();
              case 1, 6, 7, 8 -> 0;
              case 2 -> near | random.nextInt(4096);
              case 3 -> near | 0x409;
              case 4 -> near | 0x89;
              default -> near | 1;
            };
        machine.memory().writeLong(at, word);
      }
      for (int look = 0; look < 100; look++) {
        long register =
            random.nextInt(8) == 0
                ? random.nextLong()
                : (long) random.nextInt(17) << 12 | random.nextInt(3) << 10;
        int pasid = random.nextInt(3) == 0 ? random.nextInt(1 << 20) : NONE;
        Attachment attachment = walker.find(register, random.nextInt(1 << 16), pasid);
        if (attachment.refusal == null) {
          found++;
        } else {
          seen.add(attachment.refusal);
        }
      }
    }
    assertThat(found).isPositive();
    assertThat(seen).hasSizeGreaterThan(12);
  }

  @Test
  void a_root_table_that_is_its_own_context_table_directory_and_PASID_table_ends_the_walk() {
    for (long at = 0x10_000; at < 0x11_000; at += 8) {
      put(at, 0x10_001);
    }
    assertThat(find(LEGACY, NONE).refusal).isEqualTo(VtdReason.ROOT_RESERVED);
    assertThat(find(SCALABLE, NONE).refusal).isEqualTo(VtdReason.CONTEXT_RESERVED);
  }
}
