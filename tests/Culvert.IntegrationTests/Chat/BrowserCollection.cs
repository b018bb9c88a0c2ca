namespace Culvert.IntegrationTests.Chat;

/// <summary>The tests that share the browser; they run one after another.</summary>
[CollectionDefinition(nameof(BrowserCollection))]
public sealed class BrowserCollection : ICollectionFixture<BrowserFixture>;
