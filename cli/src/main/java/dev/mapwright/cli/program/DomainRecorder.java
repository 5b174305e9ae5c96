package dev.mapwright.cli.program;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mapwright.cli.picture.DomainPicture.Part;
import dev.mapwright.core.event.Event;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.event.EventListener;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what is in each domain of a program from the events alone: as it stood when it held most,
 * and, when {@link #mark} is called, as all stand then.
 *
 * <p>An event names its domain, and a program may call two domains alike. Then the number of the
 * event tells whose it is, and where that fits both, the pictures say that they are not certain.
 *
 * <p>Events of several threads may come at once; the monitor of this object guards everything.
 */
public final class DomainRecorder implements EventListener {
  /**
   * A domain at one moment.
   *
   * @param name the domain's name
   * @param lastPage its last page
   * @param parts what was in it
   * @param site the line of code that had changed it last
   * @param certain false when events of another domain of this name may be among it, or some of its
   *     own were not told
   */
  public record Sight(String name, long lastPage, List<Part> parts, String site, boolean certain) {}

  /** A domain under way. */
  private static final class Watched {
    final String name;
    final DomainContents contents;
    long lastSequence;
    String lastSite;
    boolean certain = true;
    boolean open = true;

    /** Whether it has never held more than now. */
    boolean atMost = true;

    /** What it held at most. */
    long mostPages;

    /** How it stood then; null while it stands so. */
    @Nullable Sight most;

    Watched(Event created) {
      name = created.source();
      contents = new DomainContents(created);
      lastSequence = created.sequence();
      lastSite = site(created);
    }

    Sight now() {
      return new Sight(name, contents.lastPage(), contents.parts(), lastSite, certain);
    }

    void happened(Event event) {
      boolean grows =
          event.kind() == EventKind.DMA_MAPPED
              || event.kind() == EventKind.DMA_RESERVED
              || event.kind() == EventKind.SET_ASIDE;
      if (atMost && !grows) {
        // Only now, and not at each step upwards, is it written down.
        most = now();
        mostPages = contents.mappedPages();
        atMost = false;
      }
      contents.apply(event);
      lastSequence = event.sequence();
      lastSite = site(event);
      if (!atMost && grows && contents.mappedPages() > mostPages) {
        atMost = true;
      }
      open = event.kind() != EventKind.DOMAIN_CLOSED;
    }

    Sight most() {
      return atMost || most == null ? now() : most;
    }
  }

  @GuardedBy("this")
  private final List<Watched> all = new ArrayList<>();

  /** What was seen at the mark; null before. */
  @GuardedBy("this")
  private @Nullable List<Sight> marked;

  /** Makes one that has seen nothing yet. */
  public DomainRecorder() {}

  private static String site(Event event) {
    return event.callSite() == null ? "" : event.callSite();
  }

  @Override
  public synchronized void happened(Event event) {
    if (event.kind() == EventKind.DOMAIN_CREATED) {
      all.add(new Watched(event));
      return;
    }
    Watched found = null;
    // The youngest first: a program that makes a machine after another calls domains alike.
    for (int i = all.size() - 1; i >= 0; i--) {
      Watched watched = all.get(i);
      if (watched.open
          && watched.lastSequence == event.sequence() - 1
          && watched.name.equals(event.source())) {
        if (found == null) {
          found = watched;
        } else {
          found.certain = false;
          watched.certain = false;
        }
      }
    }
    if (found != null) {
      found.happened(event);
    } else {
      missed(event.source());
    }
  }

  /** An event came out of turn: the program has had events not told for a while. */
  @GuardedBy("this")
  private void missed(String source) {
    for (Watched watched : all) {
      if (watched.open && watched.name.equals(source)) {
        watched.certain = false;
      }
    }
  }

  /** Keeps how all domains stand now; the first time only. */
  public synchronized void mark() {
    if (marked == null) {
      marked = now();
    }
  }

  /** {@return how the domains that are open stand now, in the order of their making} */
  public synchronized List<Sight> now() {
    List<Sight> sights = new ArrayList<>();
    for (Watched watched : all) {
      if (watched.open) {
        sights.add(watched.now());
      }
    }
    return sights;
  }

  /** {@return how the domains stood at the mark, in the order of their making; null without one} */
  public synchronized @Nullable List<Sight> marked() {
    return marked;
  }

  /** {@return how each domain stood when it held most, in the order of their making} */
  public synchronized List<Sight> most() {
    List<Sight> sights = new ArrayList<>();
    for (Watched watched : all) {
      sights.add(watched.most());
    }
    return sights;
  }
}
