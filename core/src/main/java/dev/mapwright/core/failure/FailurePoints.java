package dev.mapwright.core.failure;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The failure plan of one machine. Off (the normal state) it costs one read of a field that nobody
 * writes.
 *
 * <p>A program has one plan at a time. Whoever runs the program from outside may put a {@linkplain
 * #failNthThroughout lasting plan} beneath them, which the program's own do not end.
 *
 * <p>Arm it from the thread that drives the scenario. While it is armed, acquisitions are counted
 * in the order in which they are asked for; with several threads that order is theirs.
 */
public final class FailurePoints {
  private static final class Plan {
    final Set<AllocationPoint> points;
    final long nth;
    final boolean allFromThere;

    /** Asked when this one refuses nothing; null for none. */
    final @Nullable Plan beneath;

    @GuardedBy("this")
    long seen;

    @GuardedBy("this")
    long refused;

    Plan(Set<AllocationPoint> points, long nth, boolean allFromThere, @Nullable Plan beneath) {
      this.points = points;
      this.nth = nth;
      this.allFromThere = allFromThere;
      this.beneath = beneath;
    }

    boolean refuses(AllocationPoint point) {
      return refusesItself(point) || (beneath != null && beneath.refuses(point));
    }

    private synchronized boolean refusesItself(AllocationPoint point) {
      if (!points.contains(point)) {
        return false;
      }
      seen++;
      boolean refuse = allFromThere ? seen >= nth : seen == nth;
      if (refuse) {
        refused++;
      }
      return refuse;
    }

    synchronized long seen() {
      return seen;
    }

    synchronized long refused() {
      return refused;
    }
  }

  /** The plan in force; null when nothing is to fail. */
  private volatile @Nullable Plan plan;

  /** The plan that stays when others come and go, beneath each of them; null for none. */
  private volatile @Nullable Plan lasting;

  /** Makes a plan-less instance; every machine has one. */
  public FailurePoints() {}

  /**
   * Lets one acquisition fail.
   *
   * @param nth which one, counted from now on; the next is 1
   */
  public void failNth(long nth) {
    plan = new Plan(EnumSet.allOf(AllocationPoint.class), nth, false, lasting);
  }

  /**
   * Lets one acquisition of certain kinds fail; others pass uncounted.
   *
   * @param nth which one, counted from now on; the next is 1
   * @param points the kinds counted, not empty
   */
  public void failNth(long nth, Set<AllocationPoint> points) {
    plan = new Plan(EnumSet.copyOf(points), nth, false, lasting);
  }

  /** Lets every acquisition fail from now on: a machine that allocates nothing any more. */
  public void failAll() {
    plan = new Plan(EnumSet.allOf(AllocationPoint.class), 1, true, lasting);
  }

  /** Counts acquisitions without failing any. */
  public void countOnly() {
    plan = new Plan(EnumSet.allOf(AllocationPoint.class), Long.MAX_VALUE, false, lasting);
  }

  /** Ends the plan: nothing fails any more, unless by a lasting one. */
  public void off() {
    plan = lasting;
  }

  /**
   * Lets one acquisition fail of a program that may have plans of its own: they come and go, and
   * this one stays. Acquisitions that the program's plan refuses are not counted. Ends the plan in
   * force.
   *
   * @param nth which one, counted from now on; the next is 1
   */
  public void failNthThroughout(long nth) {
    lasting = new Plan(EnumSet.allOf(AllocationPoint.class), nth, false, null);
    plan = lasting;
  }

  /** Ends every plan, also the lasting one. */
  public void offThroughout() {
    lasting = null;
    plan = null;
  }

  /** {@return how many acquisitions the lasting plan has refused; 0 when there is none} */
  public long refusedThroughout() {
    Plan now = lasting;
    return now == null ? 0 : now.refused();
  }

  /** {@return how many acquisitions were asked for since the plan was armed; 0 when none is} */
  public long asked() {
    Plan now = plan;
    return now == null || now == lasting ? 0 : now.seen();
  }

  /** {@return how many acquisitions the plan has refused; 0 when none is armed} */
  public long refused() {
    Plan now = plan;
    return now == null || now == lasting ? 0 : now.refused();
  }

  /**
   * Asked at every acquisition, before anything is taken.
   *
   * @param point what is about to be acquired
   * @return true when the caller has to act as if there were none left
   */
  public boolean refuses(AllocationPoint point) {
    Plan now = plan;
    return now != null && now.refuses(point);
  }
}
