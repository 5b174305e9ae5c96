package dev.mapwright.cli.picture;

import dev.mapwright.cli.text.Sizes;
import dev.mapwright.core.Access;
import dev.mapwright.core.Pages;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.dma.DomainSpan;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.Translation.WalkStep;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.Translated;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The walk for one address: how the hardware takes it apart, and what it finds at each level. */
public final class WalkPicture {
  private WalkPicture() {}

  /**
   * Prints the walk for an address, what lies there, and what each access would meet.
   *
   * @param space the space
   * @param address any address
   * @param piece the mapping that covers it, or null
   * @param format the page tables' format, in words
   * @param out where to
   */
  public static void print(
      AddressSpace space, long address, @Nullable Piece piece, String format, PrintWriter out) {
    long page = Pages.of(address);
    walk(space.translation(), address, "page tables of " + format, out);
    out.println("  mapping    " + (piece == null ? "none" : text(piece)));
    long entry = space.translation().entry(page);
    if (TranslationEntry.present(entry)) {
      long physical = Pages.address(TranslationEntry.pfn(entry)) | Pages.offset(address);
      out.println("  physical   0x" + Long.toHexString(physical));
    } else if (piece != null) {
      out.println("  physical   none yet: the entry is written when the page is first used");
    }
    for (Access access : Access.values()) {
      Translated met = space.translate(address, access);
      String label = "a " + access.verb();
      boolean written = (TranslationEntry.permissions(entry) & access.permission()) != 0;
      out.println("  " + label + " ".repeat(11 - label.length()) + verdict(met, written));
    }
  }

  private static void walk(Translation tables, long address, String what, PrintWriter out) {
    out.println("0x" + Long.toHexString(address) + " in " + what);
    out.println();
    List<WalkStep> steps = tables.walk(Pages.of(address));
    if (steps.isEmpty()) {
      out.println("  The format can't translate this address: it is not canonical.");
    } else {
      takenApart(steps.getFirst().level(), address, out);
      out.println();
      levels(steps, out);
    }
    out.println();
  }

  /**
   * Prints how an IOMMU walks a domain's tables for an address, and what a device would meet.
   *
   * @param domain the domain
   * @param address an address that it has
   * @param format the tables' format, in words
   * @param out where to
   */
  public static void print(Domain domain, long address, String format, PrintWriter out) {
    long page = Pages.of(address);
    walk(domain.translation(), address, "an IOMMU's tables of " + format, out);
    String[] there = {"none"};
    domain.forEach((kind, first, pages, entry) -> {
      if (first <= page && page < first + pages) {
        there[0] = new DomainSpan(kind, first, pages, entry).toString();
      }
    });
    out.println("  range      " + there[0]);
    long entry = domain.translation().entry(page);
    boolean present = TranslationEntry.present(entry);
    if (present) {
      long physical = Pages.address(TranslationEntry.pfn(entry)) | Pages.offset(address);
      out.println("  physical   0x" + Long.toHexString(physical));
    }
    for (Access access : new Access[] {Access.READ, Access.WRITE}) {
      boolean allowed = (TranslationEntry.permissions(entry) & access.permission()) != 0;
      String label = access == Access.READ ? "a read     " : "a write    ";
      out.println(
          "  "
              + label
              + (!present
                  ? "is refused: nothing is mapped there"
                  : allowed ? "by a device goes through" : "is refused: the entry forbids it"));
    }
  }

  private static String verdict(Translated met, boolean written) {
    if (met.reason() != null) {
      return "faults: " + met.reason().sentence();
    }
    if (written) {
      return "succeeds by this entry";
    }
    return met.commits()
        ? "succeeds, after a fault that brings the page in"
        : "succeeds, after a fault that writes the entry";
  }

  /** The address in binary, nine bits for each level. */
  private static void takenApart(int levels, long address, PrintWriter out) {
    StringBuilder names = new StringBuilder("  ");
    StringBuilder bits = new StringBuilder("  ");
    StringBuilder values = new StringBuilder("  ");
    for (int level = levels; level >= 1; level--) {
      int shift = Pages.SHIFT + 9 * (level - 1);
      int index = (int) (address >>> shift) & 511;
      names.append(padded("level " + level, 12));
      bits.append(padded(binary(index, 9), 12));
      values.append(padded("[" + index + "]", 12));
    }
    names.append("byte");
    bits.append(binary(Pages.offset(address), Pages.SHIFT));
    values.append(Pages.offset(address));
    out.println(names);
    out.println(bits);
    out.println(values);
  }

  private static void levels(List<WalkStep> steps, PrintWriter out) {
    out.println("  level  table           entry  bits                covers   says");
    for (WalkStep step : steps) {
      String index = "[" + step.index() + "]";
      out.println(
          ("  " + padded(Integer.toString(step.level()), 5))
              + ("  " + padded("0x" + Long.toHexString(step.tableAddress()), 14))
              + ("  " + " ".repeat(Math.max(0, 5 - index.length())) + index)
              + ("  0x" + hex16(step.bits()))
              + ("  " + padded(Sizes.ofPages(step.pages()), 7))
              + ("  " + step.meaning()));
    }
  }

  private static String text(Piece piece) {
    return Long.toHexString(Pages.address(piece.firstPage()))
        + ("-" + Long.toHexString(Pages.lastAddress(piece.lastPage())))
        + (" " + piece.letters() + ", " + Sizes.ofPages(piece.pages()))
        + (piece.name().isEmpty() ? "" : ", " + piece.name());
  }

  private static String binary(int value, int digits) {
    String text = Integer.toBinaryString(value);
    return "0".repeat(Math.max(0, digits - text.length())) + text;
  }

  private static String hex16(long bits) {
    String text = Long.toHexString(bits);
    return "0".repeat(16 - text.length()) + text;
  }

  private static String padded(String text, int width) {
    return text.length() >= width ? text : text + " ".repeat(width - text.length());
  }
}
