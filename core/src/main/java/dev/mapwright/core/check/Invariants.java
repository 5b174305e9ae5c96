package dev.mapwright.core.check;

import dev.mapwright.core.engine.EngineSpace;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.FrameUser;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.object.Member;
import dev.mapwright.core.object.MemberCheck;
import dev.mapwright.core.object.OwnFrames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What has to hold on a machine at every moment at which no call is under way. The numbers are
 * cited where an invariant is kept, as (I1) to (I9).
 *
 * <ol>
 *   <li>Children of a region are disjoint and inside their parent; a mapping belongs to the
 *       innermost region around it, and a page to one mapping at most.
 *   <li>The tables translate what the mappings say and nothing else: each entry's frame is the one
 *       that the object shows, and it allows no more than the mapping does, and writing only to the
 *       object's own frames. What mappings say may be missing from the tables: it is found again.
 *   <li>A mapping's permissions are within its maximum, and that within its region's capability.
 *   <li>Every frame has one owner, and is in one object's page list exactly if an object owns it;
 *       tables are as many as the {@linkplain FrameUser users of frames} have, and a frame is held
 *       as often as they tell, unless its {@linkplain Frames#hold count sticks}; a free frame is
 *       neither pinned nor locked, and one that is held back is pinned, locked or held.
 *   <li>A refused call, and one whose callback threw, has changed nothing, but for the partial
 *       effects that its contract names. {@link StateImage} is how tests see it.
 *   <li>A call that promises to acquire nothing acquires nothing; one that acquires does so before
 *       it changes anything, on an account of its own, and what it did not need is given back when
 *       it ends.
 *   <li>Once a call that takes a translation or a permission away has returned, no access gets
 *       through it, and no frame is used by anybody else before that.
 *   <li>All views of an object's page agree: its mappings, its children that look through to it,
 *       reading and writing it.
 *   <li>Everything that lives is in the census, and what has ended holds no frame, no record and no
 *       view.
 * </ol>
 *
 * <p>Checked here are 1 to 4, the accounts of 6, the links of 8, and the lineage of 9; the others
 * are about moments in between, and tests compare images, count acquisitions and race threads for
 * them. A check costs the size of everything that lives on the machine. It takes locks one after
 * the other, so other threads must be at rest for the answer to mean something.
 */
public final class Invariants {
  private Invariants() {}

  /**
   * Checks a whole machine.
   *
   * @param machine the machine
   * @return a sentence for each violation; empty when everything holds
   */
  public static List<String> violations(Machine machine) {
    List<String> violations = new ArrayList<>();
    Map<Long, Long> holds = new HashMap<>();
    long tables = 0;
    for (EngineSpace space : machine.census().living(EngineSpace.class)) {
      space.check(violations::add);
    }
    for (FrameUser user : machine.census().living(FrameUser.class)) {
      if (!user.forEachHeld((first, pages) -> count(machine.frames(), first, pages, holds))) {
        violations.add(user.describe() + " has no memory to tell what it holds");
      }
      tables += user.tables();
    }
    Map<Long, Long> pageOf = new HashMap<>();
    for (Member object : machine.census().living(Member.class)) {
      MemberCheck.run(object, violations::add);
      OwnFrames.forEach(
          object,
          (page, pfn) -> {
            if (pageOf.put(pfn, page) != null) {
              violations.add("frame " + pfn + " is in two page lists, one of " + object);
            }
          });
    }
    checkFrames(machine.frames(), pageOf, holds, tables, violations);
    return violations;
  }

  private static void count(Frames frames, long first, long pages, Map<Long, Long> holds) {
    long i = 0;
    while (i < pages) {
      long away = frames.pagesToRam(first + i);
      if (away == 0) {
        holds.merge(first + i, 1L, Long::sum);
      }
      i = away < pages - i ? i + Math.max(1, away) : pages;
    }
  }

  /**
   * Checks all frames against the pages that objects say they are, and how often they are held;
   * both are used up.
   */
  private static void checkFrames(
      Frames frames,
      Map<Long, Long> unseen,
      Map<Long, Long> untold,
      long tables,
      List<String> violations) {
    long[] tableFrames = new long[1];
    frames.forEachNoted((pfn, owner, tag) -> {
      if (owner == FrameOwner.TABLE) {
        tableFrames[0]++;
      }
      boolean listed = unseen.remove(pfn) != null;
      if (listed != (owner == FrameOwner.OBJECT)) {
        violations.add(
            "frame " + pfn + " belongs to " + owner + (listed ? " and" : " but to no") + " page");
      }
      Long told = untold.remove(pfn);
      long expected = told == null ? 0 : told;
      int held = frames.holds(pfn);
      if (held != expected && held != Frames.MOST_HOLDS) {
        violations.add("frame " + pfn + " is held " + held + " times, not " + expected);
      }
      checkOwner(frames, pfn, owner, violations);
    });
    for (Map.Entry<Long, Long> lost : unseen.entrySet()) {
      violations.add("frame " + lost.getKey() + " of page " + lost.getValue() + " is free");
    }
    for (Map.Entry<Long, Long> lost : untold.entrySet()) {
      violations.add("frame " + lost.getKey() + " is held 0 times, not " + lost.getValue());
    }
    if (tableFrames[0] != tables) {
      violations.add(tableFrames[0] + " frames are tables, the users of frames have " + tables);
    }
  }

  /** A frame is kept from being free by counts, and by nothing else. */
  private static void checkOwner(
      Frames frames, long pfn, FrameOwner owner, List<String> violations) {
    boolean kept = frames.pins(pfn) != 0 || frames.locks(pfn) != 0;
    if (owner == FrameOwner.FREE && kept) {
      violations.add("frame " + pfn + " is free, and pinned or locked");
    }
    if (owner == FrameOwner.HELD_BACK && !kept && frames.holds(pfn) == 0) {
      violations.add("frame " + pfn + " is held back by nobody");
    }
  }

  /**
   * Checks a whole machine and complains.
   *
   * @param machine the machine
   * @throws IllegalStateException with all violations, when there are any
   */
  public static void verify(Machine machine) {
    List<String> violations = violations(machine);
    if (!violations.isEmpty()) {
      throw new IllegalStateException(String.join("\n", violations));
    }
  }
}
