namespace Culvert.Server.Pipes.Endpoints;

/// <summary>Runs <c>culvert pipe</c>: joins two ends until both have ended.</summary>
public static class PipeProcess
{
    /// <summary>Opens both ends and relays. A listening end is served until the token fires.</summary>
    /// <param name="request">What to join.</param>
    /// <param name="input">Standard input, for <c>stdio</c>; left open.</param>
    /// <param name="output">Standard output, for <c>stdio</c>; left open.</param>
    /// <param name="say">Takes a line for people; may be called from several threads at once.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends it: both peers are told.</param>
    /// <returns>How it ended; nothing that a peer does is an exception.</returns>
    public static async Task<PipeOutcome> RunAsync(
        PipeRequest request,
        Stream input,
        Stream output,
        Action<string> say,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (PipePlan.Read(request, out var error) is not { } plan)
        {
            return new PipeOutcome(PipeOutcomeKind.BadRequest, error);
        }

        await using var run = new PipeRun(plan, () => new StdioLeg(input, output), say, time);
        return await run.RunAsync(cancellationToken);
    }
}
