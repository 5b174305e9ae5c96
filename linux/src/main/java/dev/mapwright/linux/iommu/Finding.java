package dev.mapwright.linux.iommu;

import java.util.List;

/**
 * One thing that was compared: each of {@code compared} things matched or differed.
 *
 * @param subject what it is about, one word
 * @param nouns what was compared, in the plural
 * @param agreement what each one that matches does, after the noun; for example {@code "translated
 *     as live.txt says"}
 * @param compared how many were compared
 * @param matching how many of them matched
 * @param differences the first of the others, in words
 */
public record Finding(
    String subject,
    String nouns,
    String agreement,
    long compared,
    long matching,
    List<String> differences) {

  /** Copies the list. */
  public Finding {
    differences = List.copyOf(differences);
  }

  /** {@return how many differed} */
  public long differing() {
    return compared - matching;
  }
}
