namespace Culvert.Tests.Multiplexing;

/// <summary>Two state machines joined by slow, jittery ways, each sending as much as it may, from a seed.</summary>
public sealed class MultiplexerFloodTests
{
    [Fact]
    public void Whatever_the_sizes_and_delays_everything_arrives_in_order_and_then_the_end()
    {
        var first = Random.Shared.Next();
        for (var seed = first; seed < first + 40; seed++)
        {
            try
            {
                new MuxFlood(seed).Run();
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}", e);
            }
        }
    }
}
