using Culvert.Server.Rooms;

namespace Culvert.Chat.Seeding;

/// <summary>A message that nobody waits for.</summary>
internal sealed class SeedAppend : Append
{
    public override void Complete()
    {
    }
}
