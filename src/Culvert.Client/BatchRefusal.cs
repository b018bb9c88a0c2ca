using Culvert.Protocol.Rooms;

namespace Culvert.Client;

/// <summary>Why one message of a batch was refused while the others were not.</summary>
internal sealed record BatchRefusal
{
    // What a newer server may add to the catalogue is as final as those of today: the answer was no failure.
    private const int StatusOfUnknown = 409;

    public required string Code { get; init; }

    public string? Why { get; init; }

    /// <summary>The refusal of message <paramref name="number"/>, counted from 1.</summary>
    public CulvertProblemException ToException(int number, int count)
    {
        var known = ErrorCode.Find(Code);
        var why = Why ?? known?.Why ?? "the server gave no reason";
        return new CulvertProblemException(
            known?.Status ?? StatusOfUnknown,
            Code,
            $"message {number} of {count}: {why}",
            retry: false,
            after: null);
    }
}
