package dev.mapwright.proof.windows;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.machine.Frames;

/**
 * The one rule of cache attributes (MEMORY_CACHING_TYPE, Remarks), applied to the pages of one
 * mapping: the attribute that a page has wins; outside RAM another request is refused; a page
 * without one gets what is asked for.
 */
final class CacheRule {
  /** What was found wrong first. */
  enum Verdict {
    FINE,
    NOT_LOCKED,
    CONFLICT
  }

  private final CachePolicy[] policies;
  Verdict verdict = Verdict.FINE;

  /** Which page is wrong. */
  int problem = -1;

  int overridden;

  private CacheRule(int pages) {
    policies = new CachePolicy[pages];
  }

  CachePolicy policy(int index) {
    return policies[index];
  }

  /**
   * Decides on a mapping.
   *
   * @param lockedOnly whether each page has to be locked, or referred to outside RAM
   */
  static CacheRule decide(World world, long[] pfns, CachePolicy asked, boolean lockedOnly) {
    CacheRule rule = new CacheRule(pfns.length);
    for (int i = 0; i < pfns.length && rule.verdict == Verdict.FINE; i++) {
      ModelPage page = world.page(pfns[i]);
      boolean possible = pfns[i] >= 0 && pfns[i] <= Frames.LAST_PFN;
      if (!possible || lockedOnly && (page == null || !page.locked())) {
        rule.stop(Verdict.NOT_LOCKED, i);
        continue;
      }
      CachePolicy policy = page == null ? null : page.policy();
      if (policy != null && policy != asked) {
        if (page != null && !page.ram) {
          rule.stop(Verdict.CONFLICT, i);
          continue;
        }
        rule.overridden++;
      }
      rule.policies[i] = policy == null ? asked : policy;
    }
    return rule;
  }

  private void stop(Verdict why, int index) {
    verdict = why;
    problem = index;
  }
}
