package dev.mapwright.sim.iommu;

import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.sim.iommu.Attachment.Kind;
import dev.mapwright.sim.memory.Ram;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a requester is attached to, in structures that anybody may have written. Each step
 * reads one entry and ends the walk with a reason when it can't be followed; nothing is followed
 * twice, so nothing can loop. Intel Virtualization Technology for Directed I/O, Architecture
 * Specification, chapter "DMA Remapping", sections "Hierarchical Translation Structures" and
 * "Scalable Mode Translation".
 *
 * <p>Immutable and thread-safe. Entries that are being changed may be read half old and half new:
 * whoever changes them clears the present bit first, and makes everybody forget before he goes on.
 */
public final class StructureWalker {
  private final Words words;

  /** How many bits of an address are translated: 39, 48 or 57. */
  private final int addressBits;

  /** The bits of an address that no physical address has. */
  private final long beyondHost;

  /**
   * Makes a walker.
   *
   * @param addressBits how many bits of an address the IOMMU translates: 39, 48 or 57
   * @param hostBits how many bits a physical address has; those above are reserved
   */
  public StructureWalker(Ram ram, int addressBits, int hostBits) {
    words = new Words(ram);
    this.addressBits = addressBits;
    beyondHost = -1L << hostBits;
  }

  /**
   * Finds what a requester is attached to.
   *
   * @param register the root table address register
   * @param pasid the request's PASID; {@link DmaFault#NO_PASID} for none
   */
  public Attachment find(long register, int requester, int pasid) {
    Context context = new Context();
    Attachment attachment = new Attachment();
    findContext(register, requester, pasid, context, attachment);
    if (context.refusal != null) {
      attachment.refusal = context.refusal;
      attachment.quiet = context.quiet;
    } else if (context.scalable) {
      findPasid(context, pasid, attachment);
    }
    return attachment;
  }

  /**
   * Reads root and context entry. In legacy mode that is all there is, and the attachment is
   * filled.
   */
  void findContext(long register, int requester, int pasid, Context into, Attachment attachment) {
    into.quiet = false;
    long mode = RootEntry.mode(register);
    into.scalable = mode == RootEntry.SCALABLE;
    if (mode == RootEntry.ABORT) {
      into.refusal = VtdReason.ROOT_ABSENT;
      return;
    }
    if (mode != RootEntry.LEGACY && !into.scalable) {
      into.refusal = VtdReason.ROOT_MODE;
      return;
    }
    if (!into.scalable && pasid != DmaFault.NO_PASID) {
      into.refusal = VtdReason.PASID_IN_LEGACY_MODE;
      return;
    }
    into.refusal =
        into.scalable
            ? scalableContext(register, requester, pasid, into)
            : legacyContext(register, requester, into, attachment);
  }

  /** Reads the root entry, which leads to the context table. */
  private @Nullable VtdReason rootEntry(long register, int requester, Context into) {
    long at = RootEntry.at(register, requester);
    if (!words.isRam(at)) {
      return VtdReason.ROOT_ACCESS;
    }
    long word = words.get(at);
    if (!RootEntry.present(word)) {
      return VtdReason.ROOT_ABSENT;
    }
    boolean more = RootEntry.mode(register) == RootEntry.LEGACY && words.get(at + 8) != 0;
    into.tablePfn = RootEntry.tablePfn(word);
    return more || RootEntry.reservedSet(word, beyondHost) ? VtdReason.ROOT_RESERVED : null;
  }

  private @Nullable VtdReason legacyContext(
      long register, int requester, Context into, Attachment attachment) {
    VtdReason refusal = rootEntry(register, requester, into);
    if (refusal != null) {
      return refusal;
    }
    long at = ContextEntry.at(into.tablePfn, requester);
    if (!words.isRam(at)) {
      return VtdReason.CONTEXT_ACCESS;
    }
    long word0 = words.get(at);
    long word1 = words.get(at + 8);
    if (!ContextEntry.present(word0)) {
      return VtdReason.CONTEXT_ABSENT;
    }
    into.quiet = ContextEntry.quiet(word0);
    if (ContextEntry.reservedSet(word0, word1, beyondHost)) {
      return VtdReason.CONTEXT_RESERVED;
    }
    int kind = ContextEntry.kind(word0);
    int levels = ContextEntry.levels(word1);
    boolean known = kind == ContextEntry.SECOND_STAGE || kind == ContextEntry.PASS_THROUGH;
    if (!known || !supported(levels)) {
      return VtdReason.CONTEXT_INVALID;
    }
    attachment.refusal = null;
    attachment.quiet = into.quiet;
    attachment.kind = kind == ContextEntry.SECOND_STAGE ? Kind.SECOND_STAGE : Kind.PASS_THROUGH;
    attachment.domain = ContextEntry.domain(word1);
    attachment.levels = levels;
    attachment.marking = false;
    attachment.rootPfn = ContextEntry.rootPfn(word0);
    attachment.scalable = false;
    attachment.pasid = 0;
    return null;
  }

  private boolean supported(int levels) {
    return levels >= 3 && 12 + 9 * levels <= addressBits;
  }

  private @Nullable VtdReason scalableContext(
      long register, int requester, int pasid, Context into) {
    VtdReason refusal = rootEntry(register, requester, into);
    if (refusal != null) {
      return refusal;
    }
    long at = ScalableContextEntry.at(into.tablePfn, requester);
    if (!words.isRam(at)) {
      return VtdReason.CONTEXT_ACCESS;
    }
    long word0 = words.get(at);
    if (!ScalableContextEntry.present(word0)) {
      return VtdReason.CONTEXT_ABSENT;
    }
    into.quiet = ScalableContextEntry.quiet(word0);
    long word1 = words.get(at + 8);
    long others = words.get(at + 16) | words.get(at + 24);
    if (ScalableContextEntry.reservedSet(word0, word1, others, beyondHost)) {
      return VtdReason.CONTEXT_RESERVED;
    }
    if (pasid != DmaFault.NO_PASID && !ScalableContextEntry.pasidsOn(word0)) {
      return VtdReason.PASID_DISABLED;
    }
    into.directoryPfn = ScalableContextEntry.directoryPfn(word0);
    into.log2Directory = ScalableContextEntry.log2Directory(word0);
    into.ridPasid = ScalableContextEntry.ridPasid(word1);
    return null;
  }

  /** Reads directory and PASID entry. */
  void findPasid(Context context, int pasid, Attachment into) {
    into.quiet = context.quiet;
    into.refusal = pasidEntry(context, pasid, into);
  }

  private @Nullable VtdReason pasidEntry(Context context, int asked, Attachment into) {
    boolean own = asked == DmaFault.NO_PASID;
    int pasid = own ? context.ridPasid : asked;
    if (pasid >>> PasidEntry.LOG2_TABLE >= 1 << context.log2Directory) {
      return own ? VtdReason.RID_PASID_INVALID : VtdReason.PASID_TOO_LARGE;
    }
    long directoryAt = PasidEntry.directoryAt(context.directoryPfn, pasid);
    if (!words.isRam(directoryAt)) {
      return VtdReason.DIRECTORY_ACCESS;
    }
    long directory = words.get(directoryAt);
    if (!PasidEntry.present(directory)) {
      return VtdReason.DIRECTORY_ABSENT;
    }
    into.quiet |= PasidEntry.quiet(directory);
    if (PasidEntry.directoryReservedSet(directory, beyondHost)) {
      return VtdReason.DIRECTORY_RESERVED;
    }
    long at = PasidEntry.at(PasidEntry.tablePfn(directory), pasid);
    if (!words.isRam(at)) {
      return VtdReason.PASID_ACCESS;
    }
    long word0 = words.get(at);
    if (!PasidEntry.present(word0)) {
      return VtdReason.PASID_ABSENT;
    }
    into.quiet |= PasidEntry.quiet(word0);
    into.scalable = true;
    into.pasid = pasid;
    return pasidTable(at, word0, into);
  }

  private @Nullable VtdReason pasidTable(long at, long word0, Attachment into) {
    long word1 = words.get(at + 8);
    long word2 = words.get(at + 16);
    long others = 0;
    for (int word = 4; word < PasidEntry.WORDS; word++) {
      others |= words.get(at + 8L * word);
    }
    if (PasidEntry.reservedSet(word0, word1, word2, others, beyondHost)) {
      return VtdReason.PASID_RESERVED;
    }
    into.domain = PasidEntry.domain(word1);
    into.marking = PasidEntry.marking(word0);
    return understood(word0, word2, into) ? null : VtdReason.PASID_INVALID;
  }

  /** Whether an entry says what there is here; then the attachment is filled. */
  private boolean understood(long word0, long word2, Attachment into) {
    switch (PasidEntry.kind(word0)) {
      case PasidEntry.FIRST_STAGE:
        into.kind = Kind.FIRST_STAGE;
        into.levels = PasidEntry.firstLevels(word2);
        into.rootPfn = PasidEntry.firstRootPfn(word2);
        return into.levels == 4 || into.levels == 5 && supported(5);
      case PasidEntry.SECOND_STAGE:
        into.kind = Kind.SECOND_STAGE;
        into.levels = PasidEntry.secondLevels(word0);
        into.rootPfn = PasidEntry.secondRootPfn(word0);
        return supported(into.levels);
      case PasidEntry.PASS_THROUGH:
        into.kind = Kind.PASS_THROUGH;
        into.rootPfn = 0;
        return true;
      default:
        return false;
    }
  }
}
