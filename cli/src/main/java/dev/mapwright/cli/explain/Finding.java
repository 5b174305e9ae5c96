package dev.mapwright.cli.explain;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a look-up came to. */
public sealed interface Finding {
  /**
   * The one code that was meant.
   *
   * @param code the code
   * @param routine the one routine that was asked about; null for all
   * @param explanation what is known, of that routine only if there is one
   * @param others codes that are written alike, but that no routine gives; mostly empty
   */
  record Found(Code code, @Nullable String routine, Explanation explanation, List<Code> others)
      implements Finding {}

  /**
   * No code, or several.
   *
   * @param complaint what is wrong, a sentence and perhaps lines that list what is known
   */
  record Refused(String complaint) implements Finding {}
}
