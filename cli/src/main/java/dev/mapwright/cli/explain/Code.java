package dev.mapwright.cli.explain;

import java.util.List;

/**
 * Something that can be looked up: the name of a status, of an error, of a bug check and its first
 * parameter.
 *
 * @param book whose code it is
 * @param name how it is listed, for example {@code MX_ERR_NO_MEMORY} or {@code 0xDA/0x104}
 * @param aliases what else means the same, best known first: other names and numbers. Hexadecimal
 *     ones begin with {@code 0x} and have no zeros in front
 */
public record Code(CodeBook book, String name, List<String> aliases) {}
