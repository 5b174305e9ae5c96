package dev.mapwright.cli.explain;

/**
 * One condition in which a routine gives a code.
 *
 * @param routine one of {@link CodeBook#routines}
 * @param sentence the condition in words, without a final period
 * @param source who says so: page and section, or a function
 */
public record Cause(String routine, String sentence, String source) {}
