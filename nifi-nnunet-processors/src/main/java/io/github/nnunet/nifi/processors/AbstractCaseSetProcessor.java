/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.volume.CaseSummary;
import io.github.nnunet.nifi.processors.CaseSetLedger.Arrival;
import io.github.nnunet.nifi.processors.CaseSetLedger.CaseSet;
import io.github.nnunet.nifi.processors.CaseSetLedger.Grouping;
import org.apache.nifi.annotation.lifecycle.OnScheduled;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.exception.ProcessException;
import org.apache.nifi.processor.util.StandardValidators;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A processor that works on each case as it comes, and does one thing more when all cases of a listing have come.
 * Cases that failed earlier, or fail here, count as come: nothing waits for them.
 */
abstract class AbstractCaseSetProcessor extends AbstractCaseProcessor {
    static final PropertyDescriptor WAIT_FOR_MISSING_CASES = new PropertyDescriptor.Builder()
            .name("Wait For Missing Cases")
            .description("When no case of a listing has arrived for so long, the listing is taken to be complete with those that are there, and a warning says how many are missing. "
                    + "Connecting the failure relationships of the steps before to this processor makes waiting needless: a failed case is then counted at once.")
            .required(true)
            .defaultValue("1 hour")
            .expressionLanguageSupported(ExpressionLanguageScope.NONE)
            .addValidator(StandardValidators.TIME_PERIOD_VALIDATOR)
            .build();

    private static final String TIME_OUT = "time-out";
    private static final String OWN_PREFIX = "nnunet.";
    private static final Set<String> ATTRIBUTES_OF_ONE_CASE = Set.of(
            CaseAttributes.CASE_ID, CaseAttributes.CASE_FOLD, CaseAttributes.CASE_SHAPE, CaseAttributes.CASE_SPACING, CaseAttributes.CASE_CHANNELS,
            CaseAttributes.IMAGE_PATHS, CaseAttributes.LABEL_PATH, CaseAttributes.ERROR, CaseAttributes.ERROR_CATEGORY, CaseAttributes.RESULT,
            CaseAttributes.FRAGMENT_IDENTIFIER, CaseAttributes.FRAGMENT_INDEX, CaseAttributes.FRAGMENT_COUNT);
    private static final Pattern FIGURES_OF_ONE_CASE = Pattern.compile("nnunet\\.(dice\\..*|score\\..*|scores|prediction\\..*)");

    private final Clock clock;
    private volatile CaseSetLedger ledger;

    AbstractCaseSetProcessor(final Clock clock) {
        this.clock = clock;
    }

    @OnScheduled
    public void openLedger(final ProcessContext context) {
        ledger = new CaseSetLedger(context.getStateManager(), clock);
    }

    @Override
    public void onTrigger(final ProcessContext context, final ProcessSession session) throws ProcessException {
        final FlowFile flowFile = session.get();
        if (flowFile == null) {
            closeOverdueSets(context, session);
        } else {
            attempt(context, session, flowFile);
        }
    }

    /** @return bytes that {@link #accept} takes, the case included */
    abstract double neededBytes(ProcessContext context, CaseSummary summary);

    /**
     * Works on a case and transfers its flowfile.
     *
     * @return what is to be known of it when the set is closed
     */
    abstract String accept(ProcessContext context, ProcessSession session, FlowFile flowFile) throws CaseException, IOException;

    /**
     * All cases of a set have come, or are not waited for any longer.
     *
     * @param last the last flowfile that came, if one did
     */
    abstract void complete(ProcessContext context, ProcessSession session, CaseSet set, Optional<FlowFile> last) throws CaseException, IOException;

    /** @return which listings are completed together with those that were complete before; by default none */
    Optional<Grouping> grouping(final ProcessContext context) {
        return Optional.empty();
    }

    @Override
    final void process(final ProcessContext context, final ProcessSession session, final FlowFile flowFile) throws CaseException, IOException {
        if (flowFile.getAttribute(CaseAttributes.ERROR) == null) {
            withMemory(session, nameOf(flowFile), neededBytes(context, readSummary(session, flowFile)),
                    () -> arrived(context, session, flowFile, false, accept(context, session, flowFile)));
        } else {
            session.transfer(flowFile, FAILURE);
            arrived(context, session, flowFile, true, nameOf(flowFile));
        }
    }

    @Override
    final void failed(final ProcessContext context, final ProcessSession session, final FlowFile flowFile) {
        try {
            arrived(context, session, flowFile, true, nameOf(flowFile));
        } catch (final IOException e) {
            throw new ProcessException("The state of %s cannot be written".formatted(this), e);
        }
    }

    private void arrived(final ProcessContext context, final ProcessSession session, final FlowFile flowFile, final boolean failed, final String payload) throws IOException {
        final Optional<SetPosition> position = SetPosition.of(flowFile);
        if (position.isEmpty()) {
            return;
        }

        final String index = Integer.toString(position.get().index());
        final Arrival arrival = new Arrival(position.get().index(), failed, payload);
        final CaseSet set = ledger.record(position.get().identifier(), position.get().count(), commonAttributes(flowFile), arrival);
        if (set.closedBy().filter(closer -> !closer.equals(index)).isPresent()) {
            getLogger().warn("{} came after its listing was closed, and is not in what came of it. List the dataset again to have it in.", nameOf(flowFile));
        } else if (set.isComplete()) {
            closeSet(context, session, set, index, Optional.of(flowFile));
        }
    }

    private void closeOverdueSets(final ProcessContext context, final ProcessSession session) {
        final Duration wait = Duration.ofMillis(context.getProperty(WAIT_FOR_MISSING_CASES).asTimePeriod(TimeUnit.MILLISECONDS));
        try {
            final List<CaseSet> sets = ledger.overdue(wait, TIME_OUT);
            for (final CaseSet set : sets) {
                closeSet(context, session, set, TIME_OUT, Optional.empty());
            }

            if (sets.isEmpty()) {
                context.yield();
            }
        } catch (final IOException e) {
            throw new ProcessException("The state of %s cannot be read or written".formatted(this), e);
        }
    }

    private void closeSet(final ProcessContext context, final ProcessSession session, final CaseSet set, final String closedBy, final Optional<FlowFile> last) throws IOException {
        ledger.close(set.identifier(), closedBy);
        if (set.missing() > 0) {
            final List<String> failedCases = set.arrivals().stream().filter(Arrival::failed).map(Arrival::payload).toList();
            getLogger().warn("{} of {} cases are missing. Failed: {}", set.missing(), set.expected(), failedCases);
        }

        final Optional<Grouping> grouping = grouping(context).filter(chosen -> chosen.fits(set.attributes()));
        final CaseSet whole = grouping.isPresent() ? ledger.together(set, grouping.get()) : set;
        try {
            complete(context, session, whole, last);
        } catch (final CaseException | UncheckedIOException | IllegalArgumentException e) {
            getLogger().error("The listing {} came to nothing: {}", set.identifier(), e.getMessage(), e);
        }

        session.commitAsync(() -> putAway(set, grouping));
    }

    private void putAway(final CaseSet set, final Optional<Grouping> grouping) {
        try {
            if (grouping.isPresent()) {
                ledger.keep(set.identifier(), grouping.get());
            } else {
                ledger.forget(set.identifier());
            }
        } catch (final IOException e) {
            getLogger().warn("The state of a closed listing could not be removed, and stays", e);
        }
    }

    /** @return the attributes that all cases of a listing share */
    private static Map<String, String> commonAttributes(final FlowFile flowFile) {
        final Map<String, String> common = new HashMap<>();
        flowFile.getAttributes().forEach((name, value) -> {
            if (name.startsWith(OWN_PREFIX) && !FIGURES_OF_ONE_CASE.matcher(name).matches() && !ATTRIBUTES_OF_ONE_CASE.contains(name)) {
                common.put(name, value);
            }
        });

        return common;
    }

    /** @return a flowfile for the whole set: a child of the last one, without what its cases do not share */
    static FlowFile createForSet(final ProcessSession session, final CaseSet set, final Optional<FlowFile> last) {
        final FlowFile created = last.isPresent() ? session.create(last.get()) : session.create();
        final Set<String> ofSome = new HashSet<>(ATTRIBUTES_OF_ONE_CASE);
        created.getAttributes().keySet().stream().filter(name -> name.startsWith(OWN_PREFIX)).forEach(ofSome::add);
        final FlowFile general = session.removeAllAttributes(created, ofSome);
        return session.putAllAttributes(general, set.attributes());
    }
}
