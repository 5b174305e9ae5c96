package dev.mapwright.windows.iommu.logical;

import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.MapIdentityRange;
import dev.mapwright.windows.answer.MapIdentityRangeEx;
import dev.mapwright.windows.answer.UnmapIdentityRange;
import dev.mapwright.windows.answer.UnmapIdentityRangeEx;

/** The answers of the routines of a version that map pages at their own addresses. */
@SuppressWarnings("ImmutableEnumChecker") // conditions are constants of enums
enum IdentityAnswers {
  /** Those of the first version, which takes an MDL. */
  FIRST(MapIdentityRange.values(), UnmapIdentityRange.values()),
  /** Those of the second version. */
  SECOND(MapIdentityRangeEx.values(), UnmapIdentityRangeEx.values());

  private final Condition[] mapping;
  private final Condition[] unmapping;

  IdentityAnswers(Condition[] mapping, Condition[] unmapping) {
    this.mapping = mapping;
    this.unmapping = unmapping;
  }

  /** The answer of mapping that is named in the second version. */
  Condition of(MapIdentityRangeEx answer) {
    return mapping[answer.ordinal()];
  }

  /** The answer of unmapping that is named in the second version. */
  Condition of(UnmapIdentityRangeEx answer) {
    return unmapping[answer.ordinal()];
  }
}
