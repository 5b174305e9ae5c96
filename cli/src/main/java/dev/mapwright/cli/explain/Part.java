package dev.mapwright.cli.explain;

import java.util.List;

/**
 * A code that says more exactly what its first part says.
 *
 * @param name under which it can be looked up
 * @param sentence what it says, in one sentence without a final period
 * @param routines the routines that give it, as {@link Cause#routine} has them
 */
public record Part(String name, String sentence, List<String> routines) {}
