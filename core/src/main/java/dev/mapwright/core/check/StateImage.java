package dev.mapwright.core.check;

import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.object.Member;
import dev.mapwright.core.object.OwnFrames;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MappingInfo;
import dev.mapwright.core.space.Region;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything that can be seen of a machine's state, as text that can be compared: regions,
 * mappings, objects with a checksum of each page, frames with their owners and counts, cache
 * attributes. Two images are equal exactly when a call in between has changed nothing. What devices
 * keep for themselves is not in it.
 *
 * <p>Taking one reads all contents; it is meant for tests with small machines at rest.
 */
public final class StateImage {
  private final Map<String, String> facts = new TreeMap<>();

  private StateImage() {}

  /**
   * Takes an image.
   *
   * @param machine the machine
   * @return its state now
   */
  public static StateImage of(Machine machine) {
    StateImage image = new StateImage();
    image.addFrames(machine.frames());
    for (AddressSpace space : machine.census().living(AddressSpace.class)) {
      image.addSpace(space);
    }
    for (Member object : machine.census().living(Member.class)) {
      image.addObject(object);
    }
    return image;
  }

  private void addFrames(Frames frames) {
    facts.put("free frames", Long.toString(frames.free()));
    frames.forEachNoted((pfn, owner, tag) ->
        facts.put(
            "frame " + pfn,
            owner
                + " "
                + tag
                + " pins "
                + frames.pins(pfn)
                + " holds "
                + frames.holds(pfn)
                + " locks "
                + frames.locks(pfn)
                + " "
                + frames.cachePolicy(pfn)));
    frames.forEachCachePolicyOutsideRam((first, pages, policy) ->
        facts.put("pages outside RAM " + range(first, first + pages - 1), policy.name()));
  }

  private void addSpace(AddressSpace space) {
    facts.put(space.name() + " tables", Long.toString(space.translation().tables()));
    List<Region> open = new ArrayList<>(List.of(space.root()));
    for (int i = 0; i < open.size(); i++) {
      Region region = open.get(i);
      facts.put(
          space.name() + " region " + range(region.firstPage(), region.lastPage()) + " depth " + i,
          region.live() + " " + region.capability() + " " + region.label());
      region.forEachChild(
          new Region.ChildVisitor() {
            @Override
            public void region(Region child) {
              open.add(child);
            }

            @Override
            public void mapping(MappingInfo mapping) {
              facts.put(
                  space.name() + " mapping " + range(mapping.firstPage(), mapping.lastPage()),
                  describe(mapping));
              if (mapping.object() == null) {
                addBareEntries(space, mapping);
              }
            }
          });
    }
  }

  /** Of bare frames, what each page shows is in its entry only. */
  private void addBareEntries(AddressSpace space, MappingInfo mapping) {
    for (long page = mapping.firstPage(); page <= mapping.lastPage(); page++) {
      long entry = space.translation().entry(page);
      facts.put(
          space.name() + " page " + page,
          "frame "
              + TranslationEntry.pfn(entry)
              + (TranslationEntry.present(entry) ? " allows " : " withdrawn ")
              + TranslationEntry.permissions(entry)
              + " of "
              + TranslationEntry.asked(entry)
              + " "
              + TranslationEntry.cache(entry)
              + (TranslationEntry.dirty(entry) ? " written" : ""));
    }
  }

  private static String range(long first, long last) {
    return String.format("%013x-%013x", first, last);
  }

  private static String describe(MappingInfo mapping) {
    MemoryObject object = mapping.object();
    return (object == null ? "frames" : "object " + object.number())
        + " page "
        + mapping.objectPage()
        + " permissions "
        + mapping.permissions()
        + " of "
        + mapping.maximum()
        + " "
        + mapping.cachePolicy()
        + " tag "
        + mapping.tag();
  }

  private void addObject(Member object) {
    String name = "object " + object.number();
    facts.put(name, object.pages() + " pages, " + object.references() + " references");
    MemorySegment bytes = MemorySegment.ofArray(new byte[Pages.BYTES]);
    OwnFrames.forEach(
        object,
        (page, pfn) -> {
          object.machine().memory().read(pfn, 0, bytes, 0, Pages.BYTES);
          facts.put(name + " page " + page, "frame " + pfn + " contents " + checksum(bytes));
        });
  }

  private static long checksum(MemorySegment bytes) {
    long sum = 0;
    for (int i = 0; i < Pages.BYTES; i += Long.BYTES) {
      sum =
          sum * 0x9E3779B97F4A7C15L
              + bytes.get(java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED, i);
    }
    return sum;
  }

  /**
   * What is different in a later image.
   *
   * @param later another image of the same machine
   * @return a line for each fact that differs; empty when the state is the same
   */
  public List<String> differences(StateImage later) {
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, String> fact : facts.entrySet()) {
      String now = later.facts.get(fact.getKey());
      if (!fact.getValue().equals(now)) {
        lines.add(fact.getKey() + ": was " + fact.getValue() + ", is " + now);
      }
    }
    for (Map.Entry<String, String> fact : later.facts.entrySet()) {
      if (!facts.containsKey(fact.getKey())) {
        lines.add(fact.getKey() + ": is new, " + fact.getValue());
      }
    }
    return lines;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StateImage image && facts.equals(image.facts);
  }

  @Override
  public int hashCode() {
    return facts.hashCode();
  }

  @Override
  public String toString() {
    return facts.toString();
  }
}
