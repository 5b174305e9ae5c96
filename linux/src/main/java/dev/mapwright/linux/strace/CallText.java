package dev.mapwright.linux.strace;

import dev.mapwright.linux.abi.CloneFlag;
import dev.mapwright.linux.abi.MapFlag;

/** Writes calls as the recorder does, from the same table of names that the reader uses. */
final class CallText {

  private CallText() {}

  static String of(Call call) {
    StringBuilder text = new StringBuilder(96).append(call.name()).append('(');
    switch (call) {
      case Call.Mmap c -> {
        address(text, c.address()).append(", ").append(Long.toUnsignedString(c.length()));
        bits(text.append(", "), "PROT_", "PROT_NONE", c.protection()).append(", ");
        mapFlags(text, c.flags()).append(", ");
        text.append(c.file().descriptor());
        if (c.file().path() != null) {
          text.append('<').append(c.file().path()).append('>');
          text.append(c.file().deleted() ? "(deleted)" : "");
        }
        number(text.append(", "), c.offset());
      }
      case Call.Munmap c -> range(text, c.address(), c.length());
      case Call.Mprotect c -> {
        range(text, c.address(), c.length());
        bits(text.append(", "), "PROT_", "PROT_NONE", c.protection());
        if (c.withKey()) {
          text.append(", ").append(c.key());
        }
      }
      case Call.Mremap c -> {
        range(text, c.oldAddress(), c.oldLength());
        text.append(", ").append(Long.toUnsignedString(c.newLength())).append(", ");
        bits(text, "MREMAP_", "0", c.flags());
        if (c.newAddress() != 0) {
          address(text.append(", "), c.newAddress());
        }
      }
      case Call.Brk c -> address(text, c.address());
      case Call.Madvise c -> {
        range(text, c.address(), c.length());
        text.append(", ").append(Symbols.nameOf("MADV_", c.advice()));
      }
      case Call.Shmget c ->
          text.append("..., ").append(Long.toUnsignedString(c.length())).append(", ...");
      case Call.Shmat c -> {
        address(text.append(c.segment()).append(", "), c.address());
        bits(text.append(", "), "SHM_", "0", c.flags());
      }
      case Call.Shmdt c -> address(text, c.address());
      case Call.RemapFilePages c -> {
        range(text, c.address(), c.length());
        bits(text.append(", "), "PROT_", "PROT_NONE", c.protection());
        text.append(", ").append(Long.toUnsignedString(c.pageOffset())).append(", ");
        mapFlags(text, c.flags());
      }
      case Call.RangeCall c -> {
        range(text, c.address(), c.length());
        number(text.append(", "), c.flags());
      }
      case Call.LockAll c -> {
        if (c.lock()) {
          bits(text, "MCL_", "0", c.flags());
        }
      }
      case Call.RefuseExecGain c -> {
        bits(text.append("PR_SET_MDWE, "), "PR_MDWE_", "0", c.bits());
        text.append(c.rest() == 0 ? "" : ", ...");
      }
      case Call.PkeyAlloc c -> text.append(c.flags()).append(", ").append(c.rights());
      case Call.PkeyFree c -> text.append(c.key());
      case Call.Clone c -> {
        if (c.name().startsWith("clone")) {
          bits(text.append("flags="), "CLONE_", "0", c.flags());
          text.append((c.flags() & CloneFlag.CLONE_THREAD) != 0 ? ", ..." : "");
        }
      }
      case Call.Exec c -> text.append(c.path() == null ? "..." : '"' + c.path() + "\", ...");
      case Call.Exit c -> text.append("...");
      case Call.NoEffect c -> text.append("...");
    }
    return text.append(')').toString();
  }

  private static StringBuilder range(StringBuilder text, long address, long length) {
    return address(text, address).append(", ").append(Long.toUnsignedString(length));
  }

  private static StringBuilder address(StringBuilder text, long address) {
    return address == 0 ? text.append("NULL") : number(text, address);
  }

  private static StringBuilder number(StringBuilder text, long number) {
    return number == 0 ? text.append('0') : text.append("0x").append(Long.toHexString(number));
  }

  /**
   * The type is an enumeration in the low bits, everything else is single bits and the huge page
   * size.
   */
  private static StringBuilder mapFlags(StringBuilder text, long flags) {
    text.append(Symbols.nameOf("MAP_", flags & MapFlag.MAP_TYPE));
    long hugeLog2 = flags >>> MapFlag.MAP_HUGE_SHIFT & MapFlag.MAP_HUGE_MASK;
    long rest =
        flags
            & ~(long) MapFlag.MAP_TYPE
            & ~((long) MapFlag.MAP_HUGE_MASK << MapFlag.MAP_HUGE_SHIFT);
    if (rest != 0) {
      bits(text.append('|'), "MAP_", "0", rest);
    }
    if (hugeLog2 != 0) {
      text.append('|').append(hugeLog2).append("<<MAP_HUGE_SHIFT");
    }
    return text;
  }

  private static StringBuilder bits(StringBuilder text, String family, String none, long bits) {
    if (bits == 0) {
      return text.append(none);
    }
    String separator = "";
    for (long rest = bits; rest != 0; rest &= rest - 1) {
      text.append(separator).append(Symbols.nameOf(family, Long.lowestOneBit(rest)));
      separator = "|";
    }
    return text;
  }
}
