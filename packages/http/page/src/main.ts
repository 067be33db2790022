document.title = 'Kairos';
