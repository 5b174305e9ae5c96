package dev.mapwright.cli.explain;

/**
 * A code that says more exactly what its first part says.
 *
 * @param name under which it can be looked up
 * @param sentence what it says, in one sentence without a final period
 */
public record Part(String name, String sentence) {}
