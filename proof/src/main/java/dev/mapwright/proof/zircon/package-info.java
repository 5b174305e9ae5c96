/**
 * A brute-force model of the Magenta calls of May 2017, the operations that are run on it and on
 * the machine under test, and the judge that compares the two.
 *
 * <p>An operation is one file: its data, how it is drawn, the call on the machine, the call on the
 * model, and what is compared afterwards; {@code VmoGetSize} is the shortest. To add a call, write
 * such a file and add it to {@code Kind}; {@code OperationCodec}, {@code Spoiler} and the shrinker
 * find its components by themselves, and {@code Subject} needs no change. Then list the answers
 * that must occur in {@code ZirconCampaignTest}.
 */
@NullMarked
package dev.mapwright.proof.zircon;

import org.jspecify.annotations.NullMarked;
