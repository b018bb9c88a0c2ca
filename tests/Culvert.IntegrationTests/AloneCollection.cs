namespace Culvert.IntegrationTests;

/// <summary>Tests that measure time or memory: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
