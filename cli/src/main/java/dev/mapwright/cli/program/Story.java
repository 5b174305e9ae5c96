package dev.mapwright.cli.program;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mapwright.cli.text.Sizes;
import dev.mapwright.core.Access;
import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.event.Event;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.event.EventListener;
import dev.mapwright.core.memory.ObjectKind;
import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.Condition;
import dev.mapwright.zircon.answer.Routine;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Tells what happens on a machine as it happens: the line of the program, and below it what it
 * caused.
 *
 * <pre>
 *   33 | region.map(view).orThrow();
 *      |   process: map 0xa2b9000-0xa2bafff (2 pages) rw-, showing its object from page 0 on
 * </pre>
 *
 * <p>Events of several threads may come at once; the monitor of this object keeps lines whole.
 */
public final class Story implements EventListener {
  private static final Access[] ACCESSES = Access.values();
  private static final FaultReason[] REASONS = FaultReason.values();
  private static final ObjectKind[] KINDS = ObjectKind.values();

  private final String fileName;
  private final List<String> sourceLines;
  private final PrintWriter to;

  /** Where the last event came from. */
  @GuardedBy("this")
  private String lastSite = "";

  /**
   * Begins a story.
   *
   * @param fileName the program's file as call sites name it, without its folder
   * @param sourceLines the program
   * @param to where the story is told
   */
  public Story(String fileName, List<String> sourceLines, PrintWriter to) {
    this.fileName = fileName;
    this.sourceLines = sourceLines;
    this.to = to;
  }

  @Override
  public synchronized void happened(Event event) {
    System.out.flush(); // what the program printed so far comes first
    String site = event.callSite() == null ? "" : event.callSite();
    if (!site.equals(lastSite)) {
      lastSite = site;
      to.println(heading(site));
    }
    to.println("     |   " + event.source() + ": " + sentence(event));
    to.flush();
  }

  /** The line of the program, or where it is when it is not the program's own. */
  private String heading(String site) {
    int colon = site.lastIndexOf(':');
    if (colon > 0 && site.substring(0, colon).equals(fileName)) {
      String number = site.substring(colon + 1);
      String text = line(number);
      if (text != null) {
        return " ".repeat(Math.max(0, 4 - number.length())) + number + " | " + text.strip();
      }
    }
    return "     | " + site;
  }

  private @Nullable String line(String number) {
    try {
      int index = Integer.parseInt(number) - 1;
      return index >= 0 && index < sourceLines.size() ? sourceLines.get(index) : null;
    } catch (NumberFormatException notANumber) {
      return null;
    }
  }

  /**
   * One event in words, without its source.
   *
   * @param event any event
   * @return a clause without a period
   */
  public static String sentence(Event event) {
    return switch (event.kind()) {
      case SPACE_CREATED -> "a new address space, " + range(event);
      case SPACE_CLOSED -> "the address space is closed";
      case REGION_CREATED ->
          "a region " + range(event) + " that may hold " + permissions(event.detail1());
      case REGION_DESTROYED -> "the region " + range(event) + " is destroyed";
      case MAPPED ->
          ("map " + range(event) + " " + permissions(event.detail1()))
              + (", showing its object from page " + event.detail2() + " on");
      case FRAMES_MAPPED ->
          ("map " + range(event) + " " + permissions(event.detail1()))
              + frames(event, "frames, the first 0x");
      case UNMAPPED -> "unmap " + range(event) + ", which was " + permissions(event.detail1());
      case REPLACED ->
          "give way to a new mapping: " + range(event) + ", " + permissions(event.detail1());
      case DESTROYED ->
          "gone with its region: " + range(event) + ", " + permissions(event.detail1());
      case PROTECTED ->
          ("protect " + range(event) + ", from " + permissions(event.detail2()))
              + (" to " + permissions(event.detail1()));
      case RESERVED ->
          "reserve " + range(event) + " with room for " + Sizes.count(event.detail1(), "mapping");
      case RESERVATION_RELEASED -> "the reservation " + range(event) + " is released";
      case OBJECT_CREATED ->
          "a new object, " + kind(event.detail1()) + ", " + Sizes.count(event.pages(), "page");
      case OBJECT_DESTROYED -> "nobody holds it any more: it is destroyed";
      case COMMITTED -> "commit " + objectPages(event);
      case DECOMMITTED -> "give back " + objectPages(event);
      case RESIZED ->
          "resize from "
              + Sizes.count(event.detail1(), "page")
              + " to "
              + Sizes.count(event.pages(), "page");
      case CLONED ->
          ("a child of " + objectPages(event))
              + (event.detail1() == 0 ? ", live until written" : ", a snapshot");
      case PINNED -> "pin " + objectPages(event);
      case UNPINNED -> "unpin " + objectPages(event);
      case LEASE_OPENED ->
          "lease of " + range(event) + (event.detail1() == 1 ? " for writing" : " for reading");
      case LEASE_CLOSED -> "the lease of " + range(event) + " is closed";
      case LOCKED -> "lock " + range(event);
      case UNLOCKED -> "unlock " + range(event);
      case ALLOCATED -> "allocate " + event.detail1() + " bytes, " + range(event);
      case FREED -> "free " + event.detail1() + " bytes, " + range(event);
      case CACHE_OVERRIDDEN ->
          "another cache policy was asked for than "
              + range(event)
              + " has: "
              + CachePolicy.of((int) event.detail1());
      case STOPPED -> "the system stops: bug check 0x" + Long.toHexString(event.detail1());
      case DEVICE_REMOVED ->
          "the device at physical address 0x"
              + Long.toHexString(event.detail1())
              + " is pulled out";
      case ACCESSED_REMOVED ->
          "physical address 0x"
              + Long.toHexString(event.detail1())
              + " is accessed, and the device there is gone";
      case FAULT -> fault(event);
      // Each personality that records refusals brings its own words.
      case REFUSED -> NtWords.knows(event) ? NtWords.refusal(event) : refusal(event);
      case MISUSE ->
          NtWords.knows(event)
              ? NtWords.misuse(event)
              : "a broken rule, at page 0x" + Long.toHexString(event.firstPage());
      case DOMAIN_CREATED -> newDomain(event);
      case DOMAIN_CLOSED -> "the domain is closed, and what was mapped in it is gone";
      case DMA_MAPPED -> dmaMap(event);
      case DMA_UNMAPPED -> dmaUnmap(event);
      case DMA_RESERVED -> "reserve " + range(event) + " with its tables, to map in it later";
      case DMA_RELEASED ->
          "the reservation " + range(event) + " is released" + waiting(event.detail2());
      case SET_ASIDE ->
          ("set aside " + range(event))
              + (event.detail1() == 1 ? ", each page showing itself" : ", where nothing is mapped");
      case FLUSHED ->
          ("flush " + Sizes.count(event.detail1(), "range") + " that had been unmapped, in ")
              + range(event);
      case GIVEN_BACK -> "out of quarantine, because room is wanted: " + range(event);
    };
  }

  private static String newDomain(Event event) {
    int bits = Pages.SHIFT + Long.SIZE - Long.numberOfLeadingZeros(event.pages() - 1);
    boolean whole = event.pages() == 1L << bits - Pages.SHIFT;
    return ("a new domain of " + (whole ? "" : "at most ") + bits + " bits")
        + (event.detail1() == 0 ? "" : ", with a quarantine of " + size(event.detail1()));
  }

  private static String dmaMap(Event event) {
    boolean scattered = (event.detail1() & EventKind.SCATTERED) != 0;
    return ("map " + range(event) + " " + dmaPermissions(event.detail1()))
        + frames(event, scattered ? "frames here and there, the first 0x" : "frames from 0x");
  }

  /** Which frame a mapping of one page shows, and what is said of several. */
  private static String frames(Event event, String several) {
    return ", to "
        + (event.pages() == 1 ? "frame 0x" : several)
        + Long.toHexString(event.detail2());
  }

  private static String dmaUnmap(Event event) {
    return ("unmap " + range(event) + ", which was " + dmaPermissions(event.detail1()))
        + waiting(event.detail2());
  }

  /** What becomes of a range that was unmapped or released. */
  private static String waiting(long became) {
    if (became == 0) {
      return "";
    }
    if (became == 1) {
      return "; until the next flush a device may still reach it";
    }
    return "; in quarantine"
        + (became == 2
            ? ""
            : ", which gives " + Sizes.count(became - 2, "older range") + " back for it");
  }

  /** A device reads and writes, and fetches nothing. */
  private static String dmaPermissions(long set) {
    return permissions(set & Permissions.READ_WRITE).substring(0, 2);
  }

  private static String refusal(Event event) {
    String status = MxStatus.name((int) event.detail1());
    Condition why = Routine.answer(event.detail2());
    return why == null
        ? "refused: " + status
        : (why.routine().documentedName() + " refused: " + status) + ", " + why.sentence();
  }

  private static String fault(Event event) {
    int reason = (int) event.detail1();
    int access = (int) event.detail2();
    return "FAULT: "
        + (access >= 0 && access < ACCESSES.length ? ACCESSES[access].verb() : "access")
        + (" in the page at 0x" + Long.toHexString(event.address()) + ": ")
        + (reason >= 0 && reason < REASONS.length ? REASONS[reason].sentence() : "reason unknown");
  }

  private static String range(Event event) {
    long last = Pages.lastAddress(event.firstPage() + event.pages() - 1);
    return ("0x" + Long.toHexString(event.address()) + "-0x" + Long.toHexString(last))
        + (" (" + size(event.pages()) + ")");
  }

  /** Small ranges are counted in pages, as the program does. */
  private static String size(long pages) {
    return pages <= 1024 ? Sizes.count(pages, "page") : Sizes.ofPages(pages);
  }

  private static String objectPages(Event event) {
    return event.pages() == 1
        ? "page " + event.firstPage()
        : "pages " + event.firstPage() + " to " + (event.firstPage() + event.pages() - 1);
  }

  private static String kind(long ordinal) {
    return ordinal >= 0 && ordinal < KINDS.length
        ? KINDS[(int) ordinal].name().toLowerCase(Locale.ROOT)
        : "of another kind";
  }

  private static String permissions(long set) {
    return Permissions.text((int) set);
  }
}
