package dev.mapwright.core.engine;

import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MappingInfo;
import dev.mapwright.core.space.Region;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A whole address space as text: the tree of regions with what is mapped in each, one line a thing,
 * and the leaves of the tables, of which runs that lead to adjacent frames are one line. Meant for
 * looking at while something is wrong, so it asks through the face like anybody else.
 */
final class SpaceDump {
  private final AddressSpace space;
  private final StringBuilder out = new StringBuilder();
  private final Frames frames;

  /**
   * The leaf run that is being joined: its pages, the frame and permissions of its first page. All
   * pages of a run of zeros lead to one frame.
   */
  private long runFirst;

  private long runPages;
  private long runPfn;
  private int runPermissions;

  SpaceDump(AddressSpace space) {
    this.space = space;
    this.frames = space.machine().frames();
  }

  String text() {
    out.append(space.name());
    out.append(": ").append(space.mappings()).append(" mappings, ");
    out.append(space.recordBytes()).append(" bytes of records and index\n");
    if (!space.root().live()) {
      out.append("  the root region is destroyed\n");
      return out.toString();
    }
    regions();
    out.append("  translated (").append(space.translation().tables()).append(" tables)\n");
    space.translation().forEachLeaf(space.firstPage(), space.lastPage(), this::leaf);
    endRun();
    return out.toString();
  }

  /** What is still to be printed: a region or mapping, and how deep it lies. */
  private record Line(Object what, int depth) {}

  /** Children behind their parent in ascending order, without calling itself: trees can be deep. */
  private void regions() {
    Deque<Line> open = new ArrayDeque<>();
    open.push(new Line(space.root(), 1));
    while (!open.isEmpty()) {
      Line line = open.pop();
      out.repeat("  ", Math.min(line.depth, 40));
      if (line.what instanceof Region region) {
        region(region);
        Deque<Line> children = new ArrayDeque<>();
        region.forEachChild(
            new Region.ChildVisitor() {
              @Override
              public void region(Region child) {
                children.push(new Line(child, line.depth + 1));
              }

              @Override
              public void mapping(MappingInfo mapping) {
                children.push(new Line(mapping, line.depth + 1));
              }
            });
        children.forEach(open::push);
      } else if (line.what instanceof MappingInfo mapping) {
        mapping(mapping);
      }
    }
  }

  private void range(long first, long last) {
    out.append("0x").append(Long.toHexString(Pages.address(first)));
    out.append("-0x").append(Long.toHexString(Pages.lastAddress(last)));
  }

  private void region(Region region) {
    out.append("region ");
    range(region.firstPage(), region.lastPage());
    out.append(" may ").append(Permissions.text(region.capability()));
    if (region.label() != 0) {
      out.append(" label ").append(region.label());
    }
    out.append('\n');
  }

  private void mapping(MappingInfo mapping) {
    out.append("mapping ");
    range(mapping.firstPage(), mapping.lastPage());
    out.append(' ').append(Permissions.text(mapping.permissions()));
    out.append(" of ").append(Permissions.text(mapping.maximum()));
    MemoryObject object = mapping.object();
    if (object == null) {
      out.append(", frames");
    } else {
      out.append(", object ").append(object.number()).append(" from page ");
      out.append(mapping.objectPage());
    }
    if (mapping.tag() != 0) {
      out.append(", tag ").append(mapping.tag());
    }
    out.append('\n');
  }

  private void leaf(long first, long pages, long entry) {
    long pfn = TranslationEntry.pfn(entry);
    int permissions = TranslationEntry.permissions(entry);
    boolean goesOn =
        runPages > 0
            && first == runFirst + runPages
            && pfn == (zeros(runPfn) ? runPfn : runPfn + runPages)
            && permissions == runPermissions;
    if (goesOn) {
      runPages += pages;
      return;
    }
    endRun();
    runFirst = first;
    runPages = pages;
    runPfn = pfn;
    runPermissions = permissions;
  }

  private boolean zeros(long pfn) {
    return frames.isRam(pfn) && frames.owner(pfn) == FrameOwner.ZERO;
  }

  private void endRun() {
    if (runPages > 0) {
      out.append("    ");
      range(runFirst, runFirst + runPages - 1);
      out.append(' ').append(Permissions.text(runPermissions));
      if (zeros(runPfn)) {
        out.append(" to zeros\n");
      } else {
        out.append(" to frame 0x").append(Long.toHexString(runPfn)).append('\n');
      }
    }
  }
}
