using System.Text;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Rooms;

/// <summary>A connection that takes bytes as its script says, and all of them once the script is over.</summary>
internal sealed class ScriptedOutlet(params SendResult[] script) : Outlet
{
    private readonly Queue<SendResult> _script = new(script);

    /// <summary>One text for each send.</summary>
    public List<string> Sends { get; } = [];

    public string All => string.Concat(Sends);

    public int Bytes { get; private set; }

    /// <summary>Once called, nothing may be sent any more.</summary>
    public bool HasEnded { get; private set; }

    public override SendResult Send(ReadOnlySpan<byte> bytes, Subscriber drained)
    {
        Assert.False(HasEnded, "A send after the end.");
        Sends.Add(Encoding.UTF8.GetString(bytes));
        Bytes += bytes.Length;
        var result = _script.TryDequeue(out var next) ? next : SendResult.Sent;
        HasEnded = result == SendResult.Ended;
        return result;
    }

    /// <summary>What the next sends answer.</summary>
    public void Then(params SendResult[] results)
    {
        foreach (var result in results)
        {
            _script.Enqueue(result);
        }
    }
}
